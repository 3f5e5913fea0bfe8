"""FHIR R4, HTTP and HL7 v2."""
