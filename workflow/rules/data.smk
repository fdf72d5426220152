rule data:
    input:
        "data/raw/published.parquet",


rule published:
    input:
        sorted(
            str(path.relative_to(ROOT))
            for path in (ROOT / "workflow/reference").glob("*.csv")
        ),
    output:
        "data/raw/published.parquet",
    log:
        "logs/data/published.log",
    benchmark:
        "benchmarks/data/published.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    message:
        "published values of workflow/reference"
    shell:
        "python scripts/convert_published.py workflow/reference --output {output} 2> {log}"
