"""Reads `data/models.toml` into values; a field it does not know, or a default nobody verified, is a fault."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from fenestra.science.errors import DataFault
from fenestra.science.pharmacology.models import (
    Absorption,
    BandCheck,
    EffectSite,
    Form,
    FoundInPeople,
    Models,
    NotFound,
    Offer,
    Parameters,
    PerezRuixo,
    PkSet,
    RatesPerKg,
    Summary,
    Volumes70kg,
    WorkingVariability,
)
from fenestra.science.pharmacology.toml_row import TomlRow

MODELS_FILE = Path(__file__).parent / "data" / "models.toml"
SCHEMA_VERSION = 1


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# Remarks and side figures of a parameter set: shown to readers, never computed with.
_PK_NOTES = _names("""
    title units covariates caveat use missing recommended_default recommended_venous_line n_subjects scaling_effect
    between_subject_cv venous_delay weight_exponent_seen external_check external_validation
    ke0_per_min derived_at_70kg_L derived_at_70kg_L_per_min four_digit_variant norketamine absorption FRn_logit_sd
    kmet_cv
""")
_SUMMARY_FIGURES = _names("""
    Vss Vss_ci95 CL CL_ci95 CL_iiv_percent total_flow total_flow_se CL_S CL_S_se F_oral F_oral_iiv_percent
    norketamine_to_parent_auc_oral_steady_state CLint_H CLint_H_ci CLint_GW Vc Vc_ci Vper1 Vper2 Qper1 Qper2
    norketamine S R
""")
_CONTEXT_NOTES = _names("drug citation doi structure n_subjects units CL V1 Q V2 norketamine weight_exponent")
_OBSERVED_NOTES = _names("""
    what regimen low_ng_per_ml high_ng_per_ml note predicted_2h_after_end_ng_per_ml predicted_2h_after_start_ng_per_ml
""")
_ABSORPTION_SOURCES = _names("source F_source ka_source")
_ABSORPTION_NOTES = _names("""
    F_ci90 F_se F_range_other_reports F_other_study F_84mg tmax_h_median tmax_h_range local_absorption_min
    fraction_to_norketamine fraction_to_hydroxynorketamine note
""")
_RELATION_NOTES = _names("""
    relation slope units Ki_ebert_1997 Ki_salat_2015 occupancy_at_185_ng_per_ml occupancy_note
""")

# The file's name of each number, and ours with its unit.
_VOLUMES = {"V1": "v1_l", "V2": "v2_l", "V3": "v3_l", "CL": "cl_l_per_h", "Q2": "q2_l_per_h", "Q3": "q3_l_per_h"}
_RATES = {"V1_per_kg": "v1_l_per_kg", "k10": "k10_per_min", "k12": "k12_per_min", "k21": "k21_per_min"}
_THIRD_RATES = {"k13": "k13_per_min", "k31": "k31_per_min"}
_PEREZ_RUIXO = {
    "Vc": "vc_l", "Q1": "q1_l_per_h", "Vp1": "vp1_l", "Q2": "q2_l_per_h", "Vp2": "vp2_l", "Qh": "qh_l_per_h",
    "Vh": "vh_l", "kel": "kel_per_h", "kmet": "kmet_per_h",
}  # fmt: skip
_PEREZ_RUIXO_CV = {"Vc": "cv_vc", "Vp1": "cv_vp1", "Qh": "cv_qh", "Vh": "cv_vh", "kel": "cv_kel"}
_PER_CENT = Decimal("0.01")


@cache
def load_models() -> Models:
    """The models that ship in the package; read once."""
    return read_models(MODELS_FILE.read_text(encoding="utf-8"), MODELS_FILE.name)


def read_models(text: str, file: str) -> Models:
    """Models from the text of a file. Any fault names the file, the row and the field."""
    try:
        whole = TomlRow(file, "top", tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as slip:
        raise DataFault(file, "top", "text", f"not TOML: {slip}") from slip
    if whole.number("schema_version") != SCHEMA_VERSION:
        raise whole.fault("schema_version", f"this reader knows version {SCHEMA_VERSION} only")
    whole.kept_as_written(["nanogram_per_ml_equals"])
    models = Models(
        compiled=whole.text("compiled"),
        molar_mass_g_per_mol=whole.number_above_zero("molar_mass_g_per_mol"),
        sets=tuple(_pk_set(row) for row in whole.rows("pk")),
        context=tuple(_found(row, _CONTEXT_NOTES) for row in whole.rows("pk_context")),
        not_found=tuple(_not_found(row) for row in whole.rows("pk_not_found")),
        observed=tuple(_found(row, _OBSERVED_NOTES) for row in whole.rows("observed")),
        absorption=tuple(_absorption(row) for row in whole.rows("absorption")),
        effect_sites=tuple(_effect_site(row) for row in whole.rows("ke0")),
        relations=tuple(_found(row, _RELATION_NOTES) for row in whole.rows("pd")),
        variability=_variability(whole.row("proposed_variability")),
    )
    whole.finish()
    _check_one_verified_default(models, file)
    _check_im_can_be_predicted(models, file)
    return models


def _check_one_verified_default(models: Models, file: str) -> None:
    defaults = [each for each in models.sets if each.offer is Offer.DEFAULT]
    if len(defaults) != 1:
        raise DataFault(file, "[[pk]]", "offer", f"one default is needed, not {len(defaults)}")
    default = defaults[0]
    if not default.verified:
        raise DataFault(file, f"[[pk]] {default.id}", "verified", "a set nobody verified cannot be the default")
    if not default.can_predict:
        raise DataFault(file, f"[[pk]] {default.id}", "form", "a set without a time course cannot be the default")


def _check_im_can_be_predicted(models: Models, file: str) -> None:
    im = next((each for each in models.absorption if each.id == "im"), None)
    if im is None or im.ka_per_min is None:
        raise DataFault(file, "[[absorption]] im", "ka_per_min", "missing")
    if im.lag_min:
        raise DataFault(file, "[[absorption]] im", "lag_min", "a lag is not modelled; it must be 0")


def _pk_set(row: TomlRow) -> PkSet:
    form = row.choice("form", Form)
    made = PkSet(
        id=row.own_id(),
        form=form,
        offer=row.choice("offer", Offer),
        parameters=_parameters(row, form),
        drug=row.text("drug"),
        citation=row.text("citation"),
        doi=row.text_if_given("doi"),
        structure=row.text("structure"),
        sampling_site=row.text_if_given("sampling_site"),
        verified=row.yes_or_no("verified"),
        verification=row.text("verification"),
        source=row.texts("source"),
        notes=row.kept_as_written(_PK_NOTES),
    )
    row.finish()
    return made


def _parameters(row: TomlRow, form: Form) -> Parameters:
    if form is Form.VOLUMES_70KG:
        return Volumes70kg(**_numbers(row, _VOLUMES))
    if form is Form.RATES_PER_KG:
        third = _numbers(row, _THIRD_RATES) if row.has("k13") or row.has("k31") else {}
        return RatesPerKg(**_numbers(row, _RATES), **third)
    if form is Form.PEREZ_RUIXO:
        return _perez_ruixo(row)
    return Summary(row.kept_as_written(_SUMMARY_FIGURES))


def _perez_ruixo(row: TomlRow) -> PerezRuixo:
    percent, residual = row.row("between_subject_cv_percent"), row.row("residual_log_sd")
    made = PerezRuixo(
        **_numbers(row, _PEREZ_RUIXO),
        **{name: value * _PER_CENT for name, value in _numbers(percent, _PEREZ_RUIXO_CV).items()},
        residual_log_sd=residual.number_above_zero("esketamine"),
    )
    percent.kept_as_written(["ka_n", "ka_sw", "ka_po", "Vcn", "CLn"])  # nasal, oral and metabolite: not predicted here
    residual.kept_as_written(["noresketamine"])
    percent.finish()
    residual.finish()
    return made


def _numbers(row: TomlRow, names: Mapping[str, str]) -> dict[str, Decimal]:
    return {ours: row.number_above_zero(theirs) for theirs, ours in names.items()}


def _found(row: TomlRow, notes: tuple[str, ...]) -> FoundInPeople:
    made = FoundInPeople(
        id=row.own_id(),
        verified=row.yes_or_no("verified"),
        source=row.texts("source"),
        notes=row.kept_as_written([*notes, "verification"]),
    )
    row.finish()
    return made


def _not_found(row: TomlRow) -> NotFound:
    made = NotFound(row.own_id(), row.text("citation"), row.text("reason"))
    row.finish()
    return made


def _absorption(row: TomlRow) -> Absorption:
    made = Absorption(
        id=row.own_id(),
        route=row.text("route"),
        bioavailability=row.number_above_zero("F"),
        ka_per_min=row.number_above_zero_if_given("ka_per_min"),
        lag_min=row.number("lag_min") if row.has("lag_min") else None,
        ka_log_sd=row.number_above_zero_if_given("ka_log_sd"),
        verified=row.yes_or_no("verified"),
        sources=row.kept_as_written(_ABSORPTION_SOURCES),
        notes=row.kept_as_written(_ABSORPTION_NOTES),
    )
    if made.bioavailability > 1:
        raise row.fault("F", f"a share of the dose is at most 1, not {made.bioavailability}")
    if not made.sources:
        raise row.fault("source", "missing")
    row.finish()
    return made


def _effect_site(row: TomlRow) -> EffectSite:
    made = EffectSite(
        id=row.own_id(),
        ke0_per_min=row.number_above_zero("value_per_min"),
        paired_pk=row.text("paired_pk"),
        endpoint=row.text("endpoint"),
        source=row.text("source"),
        verified=row.yes_or_no("verified"),
        notes=row.kept_as_written(["ci95"]),
    )
    row.finish()
    return made


def _variability(row: TomlRow) -> WorkingVariability:
    cv, im, check = row.row("cv"), row.row("im"), row.row("end_of_infusion_0_5_mg_per_kg_40min")
    made = WorkingVariability(
        status=row.text("status"),
        basis=row.text("basis"),
        **{f"cv_{name.lower()}": cv.number_above_zero(name) for name in _VOLUMES},
        im_ka_log_sd=im.number_above_zero("ka_log_sd"),
        im_f_min=im.number_above_zero("F_min"),
        im_f_max=im.number_above_zero("F_max"),
        residual_log_sd=row.number_above_zero("residual_log_sd"),
        check=BandCheck(check.number("p05"), check.number("p50"), check.number("p95"), check.text("unit")),
    )
    for each in (cv, im, check, row):
        each.finish()
    return made
