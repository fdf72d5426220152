"""Three-layer networks: typical cases, and which layer condenses."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import NullFormatter

from condensation.drawing import labels
from condensation.drawing.features import draw_start_and_end
from condensation.drawing.similarity import draw_similarity
from condensation.drawing.style import (
    COLOURS,
    failed_tag,
    fitting_columns,
    legend_outside,
    new_figure,
)
from condensation.drawing.three_layer_maps import draw_regimes
from condensation.models.three_layer.phase_diagram import zero_line_1
from condensation.store.selection import median_seed, rows_at

LAYERS = {1: (COLOURS["layer_1"], "o"), 2: (COLOURS["layer_2"], "s")}
DIRECTION = r"direction $\varphi_k$"  # in the plane of the two leading ones
SECOND_AMPLITUDE = r"$|a_k|\,\Vert v_k\Vert$"  # v_k: input weights in the span of the inputs
Features = tuple[pd.DataFrame, pd.DataFrame]  # start, end


def grid_of_cases(
    cases: int, panels: int, *, least: float, tall: float, above: float = 0.0
) -> tuple[Figure, list[list[Axes]], Axes | None]:
    """Return a figure with a column of panels a case, the columns in as many blocks as the width asks for.

    above: height in inches of a further panel above them, as wide as three columns, which is returned last.
    """
    columns = fitting_columns(cases, least=least)
    blocks, extra = -(-cases // columns), int(above > 0)
    rows = panels * blocks
    figure, axes = new_figure(
        rows + extra, columns, height=tall * rows + above + 0.6, height_ratios=[above] * extra + [tall] * rows
    )
    found = [list(axes[extra + k // columns * panels :, k % columns][:panels]) for k in range(blocks * columns)]
    for panel in [panel for case in found[cases:] for panel in case] + list(axes[:extra].flat):
        panel.remove()
    upper = figure.add_subplot(axes[0, 0].get_gridspec()[0, : min(3, columns)]) if extra else None
    return figure, found[:cases], upper


def draw_three_layer_cases(
    data: pd.DataFrame, outputs: pd.DataFrame, features: tuple[Features, Features], cosines: pd.DataFrame,
    numbers: pd.DataFrame, failed: dict[str, str],
) -> Figure:  # fmt: skip
    """One column a gamma3: output, features of both layers before and after training, second layer's D after."""
    gammas = sorted(numbers["gamma3"].unique())
    figure, cases, _ = grid_of_cases(len(gammas), 4, least=1.3, tall=1.55)
    lowest, highest = outputs["y"].min(), outputs["y"].max()
    images = []
    for place, ((top, first, second, bottom), gamma3) in enumerate(zip(cases, gammas, strict=True)):
        seed = median_seed(rows_at(numbers, 0.0, gamma3))
        own = {"gamma3": gamma3, "seed": seed}
        number = _of(numbers, **own).iloc[0]
        curve = _of(outputs, **own)
        top.plot(curve["x"], curve["y"], color=COLOURS["end"], label="$f$ after training")
        top.plot(data["x"], data["y"], "o", color=COLOURS["data"], markersize=4, label="data")
        top.set(xlabel=labels.INPUT, ylim=(lowest - 0.03, highest + 0.03))
        letter(top, place, rf"$\gamma_3 = {gamma3:g}$" + f"\nlayer 1 {regime_1(0.0, gamma3)}")
        images.append(_draw_state((first, second, bottom), features, cosines, number, own))
        for panel, distance in ((first, number["rd_1"]), (second, number["rd_2"])):
            panel.set_title(f"RD = ${labels.scientific(distance)}$\n{panel.get_title(loc='left')}", loc="left")
        if top.get_subplotspec().is_first_col():  # type: ignore[union-attr]
            top.set_ylabel("output $f - f_{t=0}$")
        for claim, panel in (("critical", first), ("linear", first), ("condensed", first), ("second_layer", second)):
            if any(name.startswith(f"f15_{claim}") for name in failed) and claim in (
                "second_layer",
                regime_1(0.0, gamma3),
            ):
                failed_tag(panel)
    finish(figure, cases, images)
    return figure


def regime_1(gamma2: float, gamma3: float) -> str:
    """Return the theoretical regime of the first layer: linear, critical or condensed."""
    above = gamma3 - float(zero_line_1(gamma2))
    return "critical" if abs(above) < 1e-9 else "condensed" if above > 0 else "linear"


def letter(panel: Axes, place: int, text: str) -> None:
    """Write the letter of a case and its title above its first panel."""
    panel.set_title(rf"$\mathbf{{({chr(ord('a') + place)})}}$  " + text, loc="left")


def _draw_state(
    panels: tuple[Axes, Axes, Axes], features: tuple[Features, Features], cosines: pd.DataFrame, number: pd.Series,
    own: dict[str, float],
) -> AxesImage:  # fmt: skip
    """Draw features of both layers, before (cyan) and after training (red), and D of the second layer's neurons.

    number: N_eff, d_eff and mean |D| of the network that the coordinates `own` choose.
    """
    first, second, bottom = panels
    for panel, (start, end), angle, size in zip(
        (first, second), features, ("orientation", "direction"), ("amplitude_w", "amplitude"), strict=True
    ):
        draw_start_and_end(panel, _of(start, **own), _of(end, **own), angle=angle, size=size)
    second.set_xlabel(DIRECTION)
    first.set_title(rf"$N_\mathrm{{eff}} = {number['n_eff']:.0f}$", loc="left")
    second.set_title(rf"$d_\mathrm{{eff}} = {number['n_eff_span']:.1f}$", loc="left")
    if first.get_subplotspec().is_first_col():  # type: ignore[union-attr]
        first.set_ylabel("layer 1: " + labels.LENGTH)
        second.set_ylabel("layer 2: " + SECOND_AMPLITUDE)
    mean = f"mean $|D|$ = {number['similarity']:.2f}\n(random {number['similarity_random']:.2f})"
    image = draw_similarity(bottom, _of(cosines, **own), "share")
    bottom.set_title(mean, loc="left")
    return image


def finish(figure: Figure, cases: list[list[Axes]], images: list[AxesImage]) -> None:
    """Add the legend below all panels, and the colour bar of D beside its row."""
    handles = {handle.get_label(): handle for panel in cases[-1] for handle in panel.get_legend_handles_labels()[0]}
    legend_outside(figure, list(handles.values()), loc="outside upper center", markerscale=1.6)
    row = cases[-1][-1].get_subplotspec().rowspan  # type: ignore[union-attr]
    beside = [case[-1] for case in cases if case[-1].get_subplotspec().rowspan == row]  # type: ignore[union-attr]
    bar = figure.colorbar(images[-1], ax=beside, fraction=0.03, pad=0.02, aspect=12, panchor=(0.0, 0.5))
    bar.set_label("$D_{kl}$")


def _of(table: pd.DataFrame, **values: float) -> pd.DataFrame:
    keep = np.ones(len(table), dtype=bool)
    for name, value in values.items():
        keep &= np.isclose(table[name], value)
    return table[keep]


def draw_which_layer(
    points: dict[str, tuple[float, float]], lines: pd.DataFrame, distances: pd.DataFrame,
    operator_distances: pd.DataFrame, slopes: pd.DataFrame, operator_slopes: pd.DataFrame,
    features: tuple[Features, Features], cosines: pd.DataFrame, numbers: pd.DataFrame, failed: dict[str, str],
) -> Figure:  # fmt: skip
    """A map of the points; then one column a point: RD of both layers, features of both, second layer's D."""
    figure, cells, upper = grid_of_cases(len(points), 4, least=1.3, tall=1.5, above=2.2)
    assert upper is not None
    _draw_points(upper, points, lines)
    lowest, highest = (pd.concat([distances, operator_distances])["rd"].agg(f) for f in ("min", "max"))
    images = []
    for place, ((name, point), panels) in enumerate(zip(points.items(), cells, strict=True), start=1):
        top, first, second, bottom = panels
        for rows, style in ((distances, "-"), (operator_distances, ":")):
            own = rows_at(rows, *point)
            for layer in own["layer"].unique():
                colour, marker = LAYERS[layer]
                curve = own[own["layer"] == layer].sort_values("m")
                top.errorbar(
                    curve["m"], curve["rd"], curve["rd_spread"], fmt=marker, linestyle=style, color=colour, capsize=2,
                    markersize=3.5, markerfacecolor=colour if style == "-" else "white",
                    label=f"layer {layer}" + ("" if style == "-" else ", operator norm"),
                )  # fmt: skip
        top.axhline(1.0, color=COLOURS["guide"], linewidth=0.8, zorder=0)
        top.set(xscale="log", yscale="log", xlabel="width $m$", ylim=(lowest / 2, highest * 2))
        top.xaxis.set_minor_formatter(NullFormatter())
        first_fit, second_fit = (rows_at(slopes[slopes["layer"] == k], *point)["slope"].iloc[0] for k in (1, 2))
        operator_fit = rows_at(operator_slopes, *point)["slope"].iloc[0]
        fits = f"$S_1 = {first_fit:+.2f}$\n$S_2 = {second_fit:+.2f}$\n(operator: ${operator_fit:+.2f}$)"
        letter(top, place, f"{name}\n{fits}")
        own = {"gamma2": point[0], "gamma3": point[1], "seed": median_seed(rows_at(numbers, *point))}
        own["m"] = rows_at(numbers, *point)["m"].max()
        number = _of(numbers, **own).iloc[0]
        images.append(_draw_state((first, second, bottom), features, cosines, number, own))
        if top.get_subplotspec().is_first_col():  # type: ignore[union-attr]
            top.set_ylabel("distance RD")
    if any(claim.startswith("q2_second") for claim in failed):
        failed_tag(cells[1][3])
    finish(figure, cells, images)
    return figure


def _draw_points(axes: Axes, points: dict[str, tuple[float, float]], lines: pd.DataFrame) -> None:
    """Draw the diagram with its four regions and the points."""
    draw_regimes(axes, lines, names=False)
    for number, (name, point) in enumerate(points.items(), start=1):
        axes.plot(*point, "o", color="black", markersize=4.5, zorder=5, clip_on=False)
        below = name == "second only"
        text = axes.annotate(
            f"({chr(ord('a') + number)}) {name}", point, xytext=(12, -19) if below else (5, 0),
            textcoords="offset points", va="center", ha="right" if below else "left", zorder=6,
            arrowprops={"arrowstyle": "-", "linewidth": 0.7} if below else None,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
        )  # fmt: skip
        text.set_in_layout(False)
    letter(axes, 0, "lines: $S_1 = 0$ (solid), $S_2 = 0$ (dashed)")
