"""What `--help` teaches of the commands about the house."""

SERVE = (
    "Serve the clinic of the data folder until Ctrl-C. A demo listens on this machine only, brings its database up to "
    "date by itself and shows its log-ins; a real clinic refuses to start until it is founded and migrated."
)
STATUS = (
    "Say how the house stands, and change nothing: which folder, mode, database and clinics, the head of the audit "
    "chain, what is kept outside the database and waits to be written, and whether any protection of the record is "
    "missing. It may run while the clinic is served."
)
AUDIT = """\
Every act leaves a line, and every line is chained to the one before it, so that a change shows.

  fenestra audit head      say the newest link; copy it somewhere this machine cannot write
  fenestra audit key       say the public key that tells this clinic's heads; give it to whoever checks the book
  fenestra audit verify    read every line and row again and name each that was changed, added or taken away

`verify` ends with 1 when it found something. With --head it compares with heads you kept elsewhere, which also finds
a chain that was cut short or made anew; with --key it asks for signatures under the key you kept, whatever key lies on
this machine now.
"""
DOCS = (
    "For whoever works on Fenestra: write those pages of docs/ that are made from the code and its data. Run it in the "
    "folder of the repository. With --check nothing is written, and stale pages end it with 1."
)
MIGRATE = (
    "Bring the database of the data folder to this version, and put back whatever protection of the record is missing. "
    "Stop the server and back the folder up first: there is no way back to an older version."
)
