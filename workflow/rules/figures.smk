from condensation.plan.figures import short_names


rule figures:
    input:
        [path for figure in PLAN.figures for path in PLAN.pictures(figure)],


# one rule a figure, named by its id, so that `snakemake f11_slope_map_synthetic` redraws it
for figure in PLAN.figures.values():

    rule:
        name:
            figure.id
        input:
            manifest=figure_manifest(PLAN.preset, figure.id, "draw"),
            metrics=PLAN.metrics(figure.id),
        output:
            [
                (
                    report(
                        path,
                        caption="../report/figure.rst",
                        category=figure.slide.replace(":", ","),
                        labels={"figure": figure.id, "title": figure.title},
                    )
                    if path.endswith((".png", ".gif"))
                    else path
                )
                for path in PLAN.pictures(figure.id)
            ],
        log:
            f"logs/figures/{PLAN.preset}/{figure.id}.log",
        benchmark:
            f"benchmarks/figures/{PLAN.preset}/{figure.id}.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=2000,
            runtime=15,
        message:
            f"draw {figure.id}"
        shell:
            'python "$CHECKOUT/scripts/draw.py" {input.manifest:q} --metrics {input.metrics:q}'
            f" --output figures/{PLAN.preset} 2> {{log:q}}"


# `snakemake f10` for f10_relative_distance
for short, name in short_names(PLAN.figures).items():
    if short not in [known.name for known in workflow.rules]:

        rule:
            name:
                short
            input:
                PLAN.pictures(name),


# pictures that README and docs/figures.md show, of the lecture's preset only
rule doc_images:
    input:
        DOC_IMAGES.values(),
    output:
        list(DOC_IMAGES),
    log:
        "logs/figures/doc_images.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=200,
        runtime=2,
    message:
        "copy pictures for the documentation"
    shell:
        "cp {input:q} docs/images/ 2> {log:q}"
