"""Did it help, and compared with what?"""
