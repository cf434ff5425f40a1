import numpy as np
import pytest

from loadstone.metadata import (
    CalibrationModule,
    DoseScalingModule,
    FrameModule,
    GeneralSeriesModule,
    GeneralStudyModule,
    ImagePixelModule,
    ImagePlaneModule,
    LutItem,
    ModalityLutModule,
    MultiframeModule,
    NmMultiframeGeometryModule,
    OverlayPlane,
    OverlayPlaneModule,
    PatientModule,
    PatientStudyModule,
    PetImageModule,
    PetIsotopeModule,
    PetScalingModule,
    PetSeriesModule,
    RadiopharmaceuticalInfo,
    SopCommonModule,
    TransferSyntax,
    UltrasoundRegion,
    VoiLutModule,
    as_cornerstone,
)

LUT = LutItem("1", 0, 8, np.zeros(1, "u2"))

# the names in packages/metadata and packages/dicomImageLoader of Cornerstone3D 5.8
SPELLED = [
    (PatientModule(), "patientName patientID"),
    (PatientStudyModule(), "patientAge patientSize patientSex patientWeight"),
    (GeneralStudyModule(), "studyDescription studyDate studyTime accessionNumber"),
    (
        GeneralSeriesModule(),
        "modality seriesInstanceUID seriesDescription seriesNumber studyInstanceUID seriesDate seriesTime "
        "acquisitionDate acquisitionTime",
    ),
    (SopCommonModule(), "sopClassUID sopInstanceUID"),
    (TransferSyntax(), "transferSyntaxUID"),
    (
        ImagePixelModule(),
        "samplesPerPixel photometricInterpretation rows columns bitsAllocated bitsStored highBit pixelRepresentation "
        "planarConfiguration pixelAspectRatio smallestPixelValue largestPixelValue "
        "redPaletteColorLookupTableDescriptor greenPaletteColorLookupTableDescriptor "
        "bluePaletteColorLookupTableDescriptor redPaletteColorLookupTableData greenPaletteColorLookupTableData "
        "bluePaletteColorLookupTableData",
    ),
    (
        ImagePlaneModule(),
        "frameOfReferenceUID rows columns imageOrientationPatient rowCosines columnCosines imagePositionPatient "
        "sliceThickness sliceLocation pixelSpacing rowPixelSpacing columnPixelSpacing",
    ),
    (
        NmMultiframeGeometryModule(),
        "modality imageType imageSubType imageOrientationPatient imagePositionPatient sliceThickness pixelSpacing "
        "numberOfFrames isNMReconstructable",
    ),
    (VoiLutModule(), "windowCenter windowWidth voiLUTSequence voiLUTFunction windowCenterWidthExplanation"),
    (ModalityLutModule(), "rescaleIntercept rescaleSlope rescaleType modalityLUTSequence"),
    (LUT, "id firstValueMapped numBitsPerEntry lut"),
    (OverlayPlaneModule(()), "overlays"),
    (
        OverlayPlane(0x6000, 1, 1, "G", 0, 0, np.zeros(1, "u1")),
        "rows columns type x y pixelData description label roiArea roiMean roiStandardDeviation",
    ),
    (MultiframeModule(), "NumberOfFrames"),
    (FrameModule(), "sopClassUID sopInstanceUID frameNumber numberOfFrames"),
    (PetIsotopeModule(RadiopharmaceuticalInfo()), "radiopharmaceuticalInfo"),
    (
        RadiopharmaceuticalInfo(),
        "radiopharmaceuticalStartTime radiopharmaceuticalStartDateTime radionuclideTotalDose radionuclideHalfLife",
    ),
    (PetSeriesModule(), "correctedImage units decayCorrection"),
    (PetImageModule(), "frameReferenceTime actualFrameDuration"),
    (PetScalingModule(), "suvbw"),
    (DoseScalingModule(), "DoseGridScaling DoseSummation DoseType DoseUnit"),
    (CalibrationModule(), "sequenceOfUltrasoundRegions"),
    (
        UltrasoundRegion(),
        "regionLocationMinY0 regionLocationMaxY1 regionLocationMinX0 regionLocationMaxX1 referencePixelX0 "
        "referencePixelY0 physicalDeltaX physicalDeltaY physicalUnitsXDirection physicalUnitsYDirection "
        "referencePhysicalPixelValueY referencePhysicalPixelValueX regionSpatialFormat regionDataType regionFlags "
        "transducerFrequency",
    ),
]


@pytest.mark.parametrize(("module", "names"), SPELLED, ids=lambda value: type(value).__name__)
def test_every_field_of_cornerstones_is_there_under_its_name(module, names):
    assert set(names.split()) <= set(as_cornerstone(module))


def test_a_field_that_nobody_filled_is_none():
    assert set(as_cornerstone(ImagePlaneModule()).values()) == {None}


def test_modules_in_modules_and_tuples_are_spelled_too():
    regions = as_cornerstone(CalibrationModule((UltrasoundRegion(physical_delta_x=0.1),)))
    assert regions["sequenceOfUltrasoundRegions"][0]["physicalDeltaX"] == 0.1
    assert as_cornerstone((PetScalingModule(2.0),)) == [{"suvbw": 2.0}]


def test_tuples_are_lists_and_arrays_stay_arrays():
    assert as_cornerstone(ImagePlaneModule(row_cosines=(1.0, 0.0, 0.0)))["rowCosines"] == [1.0, 0.0, 0.0]
    assert as_cornerstone(LUT)["lut"] is LUT.lut


def test_what_is_no_module_stays_as_it_is():
    assert as_cornerstone({"custom": 1}) == {"custom": 1}
    assert as_cornerstone(None) is None
