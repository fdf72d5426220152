# figures/index.html shows what every other rule made; what it says of tables enters as the hash of their cells
rule gallery:
    input:
        claims="data/metrics/claims.parquet",
        numbers=[
            f"data/metrics/{figure}.{suffix}"
            for figure in PLAN.figures
            for suffix in ("parquet", "csv.zip")
        ],
        figures=[
            f"figures/{figure.id}.{format}"
            for figure in PLAN.figures.values()
            for format in figure.formats
        ],
    output:
        "figures/index.html",
    log:
        "logs/figures/index.log",
    benchmark:
        "benchmarks/figures/index.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        preset=PLAN.preset,
        content=PAGES_HASH,
    message:
        "build the gallery, figures/index.html"
    shell:
        "python scripts/build_gallery.py --preset {params.preset:q} --output {output:q} 2> {log:q}"
