rule claims:
    input:
        "data/metrics/claims.txt",
    message:
        "claims"
    shell:
        "cat {input}"


rule index:
    input:
        "workflow/figures.tsv",
        "data/metrics/claims.parquet",
    output:
        "docs/figures.md",
    log:
        "logs/check/index.log",
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        plan=[HASHES[figure]["runs"] for figure in PLAN.figures],
    message:
        "write docs/figures.md: every figure with its settings, guesses and claims"
    shell:
        "python scripts/build_index.py --preset {config[preset]:q} --claims {input[1]} --output {output} 2> {log}"
