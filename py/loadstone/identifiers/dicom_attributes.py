"""The DICOM attributes that say who a person is: the patient, their family, or those who treat them.

The source is PS3.15, Table E.1-1 (2024b): the attributes that its Basic Application Level Confidentiality Profile
removes, empties or replaces. Of these some hundreds, the ones here name a person, a way to reach one, a number that is
given to one person or one examination, or the institution. Besides, whatever has the VR PN (Person Name) names a
person, wherever it stands.

Not among them, though a de-identification by the profile removes them too:

- dates and times but that of birth, UIDs: they tell an examination to those alone who hold the archive it comes from;
- devices, stations, network names: they tell a machine, not a person;
- age, sex, weight, ethnic group, diagnoses and other facts that many share;
- descriptions, labels, and comments that are not on the patient: free text, of which nobody can say what it holds.
"""

from __future__ import annotations

from pydicom.datadict import dictionary_description
from pydicom.tag import BaseTag

__all__ = ["IDENTIFYING", "attribute_name"]

_PATIENT = (
    "AdmissionID CountryOfResidence CurrentPatientLocation GPSAreaInformation GPSDestLatitude GPSDestLongitude "
    "GPSLatitude GPSLongitude IdentifyingComments InsurancePlanIdentification IssuerOfAdmissionID "
    "IssuerOfPatientID IssuerOfServiceEpisodeID MedicalRecordLocator MilitaryRank OtherPatientIDs PatientAddress "
    "PatientBirthDate PatientBirthDateInAlternativeCalendar PatientBirthTime PatientComments "
    "PatientDeathDateInAlternativeCalendar PatientID PatientInstitutionResidence PatientTelecomInformation "
    "PatientTelephoneNumbers RegionOfResidence ResponsibleOrganization ScheduledPatientInstitutionResidence "
    "ServiceEpisodeID"
)
_EXAMINATION = (
    "AccessionNumber BarcodeValue ClinicalTrialSubjectID ClinicalTrialSubjectReadingID ContainerComponentID "
    "ContainerIdentifier FillerOrderNumberImagingServiceRequest InterpretationID LabelText "
    "PerformedProcedureStepID PlacerOrderNumberImagingServiceRequest RequestedProcedureID ResultsID "
    "ScheduledProcedureStepID SlideIdentifier SpecimenAccessionNumber SpecimenIdentifier StudyID"
)
_STAFF = (
    "AddressTrial CameraOwnerName CertificateOfSigner ContentCreatorIdentificationCodeSequence DistributionAddress "
    "OrderCallbackPhoneNumber OrderCallbackTelecomInformation OrderEntererLocation PersonAddress "
    "PersonIdentificationCodeSequence PersonTelecomInformation PersonTelephoneNumbers ReferringPhysicianAddress "
    "ReferringPhysicianTelephoneNumbers TelephoneNumberTrial TopicAuthor VerifyingObserverIdentificationCodeSequence"
)
_INSTITUTION = (
    "ClinicalTrialCoordinatingCenterName ClinicalTrialProtocolEthicsCommitteeName ClinicalTrialSiteID "
    "ClinicalTrialSiteName HumanPerformerOrganization InstitutionAddress InstitutionCodeSequence InstitutionName "
    "InstitutionalDepartmentName PerformedLocation RequestedProcedureLocation RequestingService "
    "ScheduledProcedureStepLocation ScheduledStudyLocation VerifyingOrganization"
)
# a whole document, such as a PDF, or a scanned form
_DOCUMENT = "EncapsulatedDocument"

IDENTIFYING = frozenset(f"{_PATIENT} {_EXAMINATION} {_STAFF} {_INSTITUTION} {_DOCUMENT}".split())
"""Keywords of PS3.6."""


def attribute_name(tag: BaseTag) -> str:
    """As persons are told of it: ``(0010,0010) Patient's Name``."""
    try:
        name = dictionary_description(tag)
    except KeyError:
        name = "unknown attribute"
    return f"({tag.group:04X},{tag.element:04X}) {name}"
