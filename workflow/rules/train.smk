rule runs:
    input:
        [batch.path for batch in PLAN.batches.values()],


# ancient: the name of a batch carries the hash of its runs and of the training code (which pins the data's SHA-256), so
# a stale file cannot be met, and when manifest or data were written says nothing
rule train:
    input:
        manifest=ancient(batch_manifest("{family}", "{batch}")),
        data=lambda wildcards: [
            ancient(path) for path in PLAN.families[wildcards.family].data
        ],
    output:
        "data/runs/{family}/{batch}.parquet",
    log:
        "logs/train/{family}/{batch}.log",
    benchmark:
        "benchmarks/train/{family}/{batch}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=120,
    message:
        "train {wildcards.family} {wildcards.batch}"
    shell:
        'python "$CHECKOUT/scripts/train.py" {input.manifest:q} --threads {threads} --output {output:q} 2> {log:q}'
