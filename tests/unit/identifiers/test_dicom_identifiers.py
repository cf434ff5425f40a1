"""Who a DICOM file names: with files made by hand, and PS3.15's table as another project has it."""

import re
from io import BytesIO

import pytest
from dicomanonymizer.dicomfields_selector import dicom_anonymization_database_selector
from part10 import GREY, bundled, data_set, part10
from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_keyword, dictionary_VR
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from loadstone.identifiers import NOT_CHECKED, Identifier, find_identifiers
from loadstone.identifiers.dicom_attributes import IDENTIFYING


def found(elements, **options):
    return find_identifiers(part10(GREY | elements, bytes(6), **options), "ct.dcm")


def test_a_name_and_a_number_are_told_with_their_tags_and_beginnings():
    assert found({"PatientName": "Doe^John", "PatientID": "1234567"}) == (
        Identifier("(0010,0010) Patient's Name", "Doe^J…"),
        Identifier("(0010,0020) Patient ID", "12345…"),
    )


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian])
def test_names_are_found_in_other_transfer_syntaxes(syntax):
    pixelless = part10({"PatientName": "Doe^John"}, syntax=syntax)
    assert find_identifiers(pixelless, "x") == (Identifier("(0010,0010) Patient's Name", "Doe^J…"),)


def test_names_of_other_alphabets_are_read_by_their_character_set():
    told = found({"SpecificCharacterSet": "ISO_IR 192", "PatientName": "Yamada^Tarou=山田^太郎=やまだ^たろう"})
    assert told == (Identifier("(0010,0010) Patient's Name", "Yamad…"),)
    told = found({"SpecificCharacterSet": "ISO_IR 144", "PatientName": "Люкceмбypг"})
    assert told == (Identifier("(0010,0010) Patient's Name", "Люкce…"),)


def test_sequences_are_looked_into_at_any_depth():
    inner = data_set({"PatientID": "AB12345", "RequestingPhysician": "House^G"})
    told = found({"OriginalAttributesSequence": [data_set({"ModifiedAttributesSequence": [inner, inner]})]})
    within = "in (0400,0550) Modified Attributes Sequence in (0400,0561) Original Attributes Sequence"
    assert told == (
        Identifier(f"(0010,0020) Patient ID {within}", "AB123…"),
        Identifier(f"(0032,1032) Requesting Physician {within}", "House…"),
    )


def test_whatever_is_a_person_name_is_found_without_being_listed():
    assert "ReviewerName" not in IDENTIFYING
    assert found({"ReviewerName": "Doe^John"}) == (Identifier("(300E,0008) Reviewer Name", "Doe^J…"),)


# the second follows the pixels: ultrasound devices write the patient there once more
@pytest.mark.parametrize("group", [0x0011, 0x7FE1])
def test_private_elements_are_counted_without_their_creators(group):
    made = Dataset()
    block = made.private_block(group, "SOME MAKER", create=True)
    block.add_new(1, "LO", "Doe^John")
    block.add_new(2, "SH", "x")
    made.update(data_set(GREY))
    with_private = dcmread(BytesIO(part10(GREY, bytes(6))))
    with_private.update(made)
    written = BytesIO()
    with_private.save_as(written)
    assert find_identifiers(written.getvalue(), "x") == (Identifier("private elements", "2"),)


@pytest.mark.parametrize(
    "value", ["", "ANONYMIZED", "Anonymous", "Anonymous^Patient", "^^^^", "000000", "XXX", "N/A", "de-identified"]
)
def test_values_that_name_nobody_are_none(value):
    assert found({"PatientName": value, "PatientIdentityRemoved": "YES"}) == ()


def test_that_identity_is_said_to_be_removed_does_not_excuse_a_name():
    assert found({"PatientName": "Doe^John", "PatientIdentityRemoved": "YES"}) != ()


@pytest.mark.parametrize(("date", "told"), [("19700102", "19700…"), ("00010101", None), ("", None)])
def test_of_dates_that_of_birth_alone_is_told(date, told):
    found_dates = found({"PatientBirthDate": date, "StudyDate": "20200102"})
    assert [one.value for one in found_dates] == ([told] if told else [])


def test_what_is_said_to_be_burned_in_is_told():
    assert found({"BurnedInAnnotation": "YES"}) == (Identifier("(0028,0301) Burned In Annotation", "YES"),)
    assert found({"BurnedInAnnotation": "NO"}) == ()


def test_codes_of_persons_and_whole_documents_are_told():
    code = data_set({"CodeValue": "4711", "CodeMeaning": "Dr. House"})
    assert found({"PersonIdentificationCodeSequence": [code]})[0].value == "Dr. H…"
    assert found({"EncapsulatedDocument": b"%PDF-1.7"}) == (Identifier("(0042,0011) Encapsulated Document", "8 bytes"),)


def test_a_header_that_can_not_be_read_counts_as_found():
    cut = part10({"PatientName": "Doe^John"}, syntax=DeflatedExplicitVRLittleEndian)[:-9]
    (told,) = find_identifiers(cut, "x.dcm")
    assert told.where == "the DICOM header"
    assert told.value.startswith(NOT_CHECKED)


def test_pixels_are_not_looked_into():
    assert find_identifiers(bundled("CT_small.dcm"), "x") == find_identifiers(bundled("CT_small.dcm")[:-30000], "x")


# why an attribute that the profile changes is not told; keywords are matched from their beginning
LEFT = {
    "free text and labels, of which nobody knows what they hold": (
        r".*(Comments|Description|Label|LongLabel|Notes|Narrative|Text|Impressions|TextValue|TextString)$|Topic|"
        "TreatmentSite|ROIName|StructureSetName|RTPlanName|EntityName|PositionAcquisitionTemplateName|Arbitrary|"
        "ReasonFor|CommentsOn|ConceptualVolume|ProtocolName|ConfidentialityConstraint|Interpretation"
    ),
    "facts that many patients share": (
        "PatientAge|PatientSex|PatientSize|PatientWeight|PatientState|PatientReligious|PatientTransport|"
        "EthnicGroup|Occupation|SmokingStatus|PregnancyStatus|Allergies|MedicalAlerts|SpecialNeeds|PreMedication|"
        "AdditionalPatientHistory|BranchOfService|AdmittingDiagnoses|ContrastBolusAgent|RequestedContrastAgent|"
        "RequestedProcedureDescription"
    ),
    "devices, stations, networks and software": (
        r".*(AE|AETitle|AEValue|StationName|SerialNumber|DeviceID|Identifier|SlotID|DetectorID|SourceID|MachineName)$|"
        "GantryID|CassetteID|PlateID|GeneratorID|NetworkID|Lens|MakerNote|ManufacturerDevice|SourceManufacturer|"
        "ModifyingSystem|SourceOfPreviousValues|Originator|InstanceOriginStatus"
    ),
    "clinical trials as such": "ClinicalTrial(Protocol|Sponsor|Series|TimePoint)|IssuerOfClinicalTrial",
    "who gives out numbers, told with the numbers": r".*IDIssuer$",
    "values of hanging protocols, and time zones": "Selector|TimezoneOffset",
    "of the GPS, all but the place itself": "GPS",
}


def test_each_text_that_the_profile_changes_is_told_or_left_for_a_reason():
    left = [re.compile(pattern) for pattern in LEFT.values()]
    forgotten = []
    for tag in dicom_anonymization_database_selector("dicomfields_2024b")["ALL_TAGS"]:
        number = tag[0] << 16 | tag[1]
        try:
            keyword, vr = dictionary_keyword(number), dictionary_VR(number)
        except KeyError:
            continue
        text = vr in ("AE", "AS", "CS", "LO", "LT", "SH", "ST", "UC", "UR", "UT")
        if text and keyword not in IDENTIFYING and not any(pattern.match(keyword) for pattern in left):
            forgotten.append(keyword)
    assert forgotten == []
