from loadstone.catalogue import Catalogue
from loadstone.studies import Instance, Series, Study


def made(study, series, uid, **elements):
    return Instance(
        (f"x:{uid}",), study, series, name=f"{uid}.dcm", sop_instance_uid=uid, rows=1, columns=1, **elements
    )


OLD = Study("1", patient_name="Doe^Jane", date="20190304", time="0900")
NEW = Study("2", patient_name="Doe^Jane", date="20240102", time="0800")
NEWER = Study("3", patient_name="Doe^Jane", date="20240102", time="1700")


def test_studies_come_the_latest_first_and_series_by_number():
    catalogue = Catalogue(
        [
            made(OLD, Series("1.1", number=1), "a"),
            made(NEWER, Series("3.10", number=10), "b"),
            made(NEWER, Series("3.2", number=2), "c"),
            made(NEWER, Series("3.0"), "d"),
            made(NEW, Series("2.1", number=1), "e"),
        ]
    )
    assert [study.study_instance_uid for study in catalogue.studies] == ["3", "2", "1"]
    assert [series.series_instance_uid for series in catalogue.studies[0].series] == ["3.2", "3.10", "3.0"]


def test_the_same_instance_again_is_left_out_and_the_first_one_named():
    catalogue = Catalogue()
    assert catalogue.add(made(OLD, Series("1.1"), "a")) is None
    assert catalogue.add(made(OLD, Series("1.1"), "a")) == "a.dcm"
    assert catalogue.studies[0].series[0].image_count == 1


def test_instances_without_a_uid_are_all_kept():
    catalogue = Catalogue([made(OLD, Series("1.1"), ""), made(OLD, Series("1.1"), "")])
    assert catalogue.studies[0].series[0].image_count == 2


def test_what_comes_later_joins_its_series_and_the_others_stay_as_they_are():
    catalogue = Catalogue([made(OLD, Series("1.1"), "a", number=1), made(OLD, Series("1.2"), "b")])
    before = catalogue.studies[0].series
    catalogue.add(made(OLD, Series("1.1"), "c", number=0))
    after = catalogue.studies[0].series
    assert after[0].stacks[0].image_ids == ("x:c", "x:a")
    assert after[1] is before[1]


def test_it_knows_which_instances_are_here():
    catalogue = Catalogue([made(OLD, Series("1.1"), "a")])
    assert catalogue.has("a")
    assert not catalogue.has("b")


def test_slices_of_one_uid_are_no_copies():
    slices = [
        made(OLD, Series("1.1"), "a", number=number, position=(0.0, 0.0, z)) for number, z in ((1, 0.0), (1, 5.0))
    ]
    assert Catalogue(slices).studies[0].series[0].image_count == 2
    assert (
        Catalogue([made(OLD, Series("1.1"), "a", number=1), made(OLD, Series("1.1"), "a", number=2)])
        .studies[0]
        .series[0]
        .image_count
        == 2
    )
