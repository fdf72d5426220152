rule runs:
    input:
        [batch.path for batch in PLAN.batches.values()],


# no inputs but fixed data: the name of a batch carries the hash of its runs and of the training code (which pins the
# data's SHA-256, hence ancient: when the data were written says nothing), so a stale file cannot be met;
# the preset comes through the environment, because it must not count: the same batch serves every preset
rule train:
    input:
        lambda wildcards: [
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
        "python scripts/train.py {wildcards.family:q}/{wildcards.batch:q}"
        " --threads {threads} --output {output:q} 2> {log:q}"
