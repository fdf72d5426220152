rule claims:
    input:
        "data/metrics/claims.txt",
    log:
        "logs/check/claims.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=100,
        runtime=1,
    message:
        "every claim with its measured value"
    shell:
        "tee {log} < {input}"


rule index:
    input:
        figures="workflow/figures.tsv",
        claims="data/metrics/claims.parquet",
    output:
        "docs/figures.md",
    log:
        "logs/check/index.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        preset=PLAN.preset,
        content=PAGES_HASH,
    message:
        "write docs/figures.md: every figure with its settings, guesses and claims"
    shell:
        "python scripts/build_index.py --preset {params.preset:q} --claims {input.claims} --output {output} 2> {log}"
