from condensation.plan.figures import short_names


rule figures:
    input:
        [
            f"figures/{figure.id}.{format}"
            for figure in PLAN.figures.values()
            for format in figure.formats
        ],
        [
            f"docs/images/{figure.id}.{format}"
            for figure in PLAN.figures.values()
            for format in figure.formats
            if format in ("png", "gif") and not figure.own
        ],


# one rule a figure, named by its id, so that `snakemake f11_slope_map_synthetic` redraws it
for figure in PLAN.figures.values():

    rule:
        name:
            figure.id
        input:
            f"data/metrics/{figure.id}.parquet",
        output:
            [
                (
                    report(
                        f"figures/{figure.id}.{format}",
                        caption="../report/figure.rst",
                        category=figure.slide.replace(":", ","),
                        labels={"figure": figure.id, "title": figure.title},
                    )
                    if format in ("png", "gif")
                    else f"figures/{figure.id}.{format}"
                )
                for format in figure.formats
            ],
        log:
            f"logs/figures/{figure.id}.log",
        benchmark:
            f"benchmarks/figures/{figure.id}.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=2000,
            runtime=15,
        params:
            figure=figure.id,
            preset=PLAN.preset,
            code=HASHES[figure.id]["draw"],
            provenance=constant([figure.slide, HASHES[figure.id]["runs"]]),
        message:
            f"draw {figure.id}"
        shell:
            "python scripts/draw_figure.py {params.figure:q} --preset {params.preset:q}"
            " --metrics {input:q} --output figures 2> {log:q}"


# `snakemake f10` for f10_relative_distance
for short, name in short_names(PLAN.figures).items():
    if short not in [known.name for known in workflow.rules]:

        rule:
            name:
                short
            input:
                [f"figures/{name}.{format}" for format in PLAN.figures[name].formats],


rule readme_image:
    input:
        "figures/{figure}.{format}",
    output:
        "docs/images/{figure}.{format}",
    log:
        "logs/figures/{figure}_{format}.log",
    wildcard_constraints:
        format="png|gif",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=200,
        runtime=2,
    message:
        "copy {wildcards.figure} for the README"
    shell:
        "cp {input:q} {output:q} 2> {log:q}"
