METRICS = f"data/metrics/{PLAN.preset}"
# what `dvc plots` draws beside the pictures: file -> figure, its table, x, y, and the column that tells lines apart
CURVES = {
    "relative_distance": ("f10_relative_distance", "distances", "m", "rd_w", "gamma"),
    "training": ("f05_cnn_mnist", "history", "epoch", "cross_entropy", "series"),
    "unseen_pairs": (
        "f17b_inferential_phase_diagram",
        "ours",
        "gamma",
        "inferential",
        "layers",
    ),
}


rule metrics:
    input:
        [PLAN.metrics(figure) for figure in PLAN.figures],
        [f"{METRICS}/claims.{kind}" for kind in ("parquet", "txt", "json")],
        [f"{METRICS}/curves/{name}.csv" for name in CURVES],


# the code of a figure enters through its manifest, as the hash of what measures it: a change to how it is drawn
# measures nothing again
rule measure:
    input:
        manifest=figure_manifest(PLAN.preset, "{figure}", "measure"),
        published="data/raw/published.parquet",
        runs=lambda wildcards: [
            batch.path for batch in PLAN.batches_of(wildcards.figure)
        ],
    output:
        parquet=f"{METRICS}/{{figure}}.parquet",
        csv=f"{METRICS}/{{figure}}.csv.zip",
    log:
        f"logs/metrics/{PLAN.preset}/{{figure}}.log",
    benchmark:
        f"benchmarks/metrics/{PLAN.preset}/{{figure}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    message:
        "measure {wildcards.figure}"
    shell:
        'python "$CHECKOUT/scripts/measure.py" {input.manifest:q} --published {input.published:q}'
        " --output {output.parquet:q} --csv {output.csv:q} 2> {log:q}"


rule curve:
    input:
        lambda wildcards: PLAN.metrics(CURVES[wildcards.curve][0]),
    output:
        f"{METRICS}/curves/{{curve}}.csv",
    log:
        f"logs/metrics/{PLAN.preset}/curve_{{curve}}.log",
    benchmark:
        f"benchmarks/metrics/{PLAN.preset}/curve_{{curve}}.tsv"
    wildcard_constraints:
        curve="|".join(CURVES),
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=2,
    params:
        where=lambda wildcards: CURVES[wildcards.curve][1:],
    message:
        "curves for dvc plots: {wildcards.curve}"
    shell:
        'python "$CHECKOUT/scripts/export_curve.py" {input:q} {params.where:q} --output {output:q} 2> {log:q}'


rule check_claims:
    input:
        manifest=claims_manifest(PLAN.preset),
        metrics=sorted({PLAN.metrics(claim.figure) for claim in PLAN.claims}),
    output:
        parquet=f"{METRICS}/claims.parquet",
        table=report(
            f"{METRICS}/claims.txt",
            caption="../report/claims.rst",
            category="Claims",
            labels={"figure": "all", "title": "claims, measured values and bounds"},
        ),
        json=f"{METRICS}/claims.json",
    log:
        f"logs/metrics/{PLAN.preset}/claims.log",
    benchmark:
        f"benchmarks/metrics/{PLAN.preset}/claims.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    message:
        "check the claims"
    shell:
        'python "$CHECKOUT/scripts/check_claims.py" {input.manifest:q} --metrics $(dirname {output.parquet:q})'
        " --parquet {output.parquet:q} --table {output.table:q} --json {output.json:q} 2> {log:q}"


# what DVC and git compare: the claims of the preset that params.yaml names, not of one asked for with --config
rule record_claims:
    input:
        f"data/metrics/{RECORDED}/claims.json",
    output:
        "metrics.json",
    log:
        "logs/metrics/record.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=100,
        runtime=1,
    message:
        "claims of the preset {RECORDED} for dvc metrics"
    shell:
        "cp {input:q} {output:q} 2> {log:q}"
