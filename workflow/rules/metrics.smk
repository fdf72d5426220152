rule metrics:
    input:
        [f"data/metrics/{figure}.parquet" for figure in PLAN.figures],
        [f"data/metrics/{figure}.csv.zip" for figure in PLAN.figures],
        "data/metrics/claims.parquet",
        "data/metrics/claims.txt",
        "metrics.json",


# the code of a figure enters as the hash of what measures it, so a change to how it is drawn measures nothing again
rule measure:
    input:
        published="data/raw/published.parquet",
        runs=lambda wildcards: [
            batch.path for batch in PLAN.batches_of(wildcards.figure)
        ],
    output:
        "data/metrics/{figure}.parquet",
    log:
        "logs/metrics/{figure}.log",
    benchmark:
        "benchmarks/metrics/{figure}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        preset=PLAN.preset,
        runs=lambda wildcards: HASHES[wildcards.figure]["runs"],
        code=lambda wildcards: HASHES[wildcards.figure]["measure"],
    message:
        "measure {wildcards.figure}"
    shell:
        "python scripts/extract_metrics.py {wildcards.figure:q} --preset {params.preset:q}"
        " --published {input.published:q} --output {output:q} 2> {log:q}"


rule check_claims:
    input:
        claims=[
            path
            for path in ("workflow/claims.tsv", "my/claims.tsv")
            if (ROOT / path).exists()
        ],
        metrics=sorted(
            {f"data/metrics/{claim.figure}.parquet" for claim in PLAN.claims}
        ),
    output:
        parquet="data/metrics/claims.parquet",
        table=report(
            "data/metrics/claims.txt",
            caption="../report/claims.rst",
            category="Claims",
            labels={"figure": "all", "title": "claims, measured values and bounds"},
        ),
        json="metrics.json",
    log:
        "logs/metrics/claims.log",
    benchmark:
        "benchmarks/metrics/claims.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        preset=PLAN.preset,
        code=CLAIMS_HASH,
    message:
        "check the claims"
    shell:
        "python scripts/check_claims.py --preset {params.preset:q} --metrics data/metrics"
        " --parquet {output.parquet} --table {output.table} --json {output.json} 2> {log}"


rule export_csv:
    input:
        "data/metrics/{figure}.parquet",
    output:
        "data/metrics/{figure}.csv.zip",
    log:
        "logs/metrics/{figure}_csv.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    message:
        "numbers of {wildcards.figure} as CSV"
    shell:
        "python scripts/export_csv.py {input:q} --output {output:q} 2> {log:q}"
