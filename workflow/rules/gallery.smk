# figures/<preset>/index.html shows what every other rule made; what it says of tables enters as the hash of their cells
rule gallery:
    input:
        claims=f"{METRICS}/claims.parquet",
        numbers=[PLAN.metrics(figure) for figure in PLAN.figures],
        figures=[path for figure in PLAN.figures for path in PLAN.pictures(figure)],
    output:
        f"figures/{PLAN.preset}/index.html",
    log:
        f"logs/figures/{PLAN.preset}/index.log",
    benchmark:
        f"benchmarks/figures/{PLAN.preset}/index.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        preset=PLAN.preset,
        content=GALLERY_HASH,
    message:
        "build the gallery, {output}"
    shell:
        'python "$CHECKOUT/scripts/build_gallery.py" --preset {params.preset:q} --output {output:q} 2> {log:q}'


rule claims:
    input:
        f"{METRICS}/claims.txt",
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


# of the lecture's preset only: `all` asks for it there
rule index:
    input:
        claims="data/metrics/lecture/claims.parquet",
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
        content=INDEX_HASH,
    message:
        "write docs/figures.md: every figure with its settings, guesses and claims"
    shell:
        'python "$CHECKOUT/scripts/build_index.py" --preset lecture --claims {input.claims:q} --output {output:q} 2> {log:q}'
