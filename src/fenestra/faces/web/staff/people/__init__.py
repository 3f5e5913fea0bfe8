"""People of the clinic: registering one, the person's page, their record and consents."""
