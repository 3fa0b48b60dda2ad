#!/usr/bin/env python3
"""datatrove_steps.py FOLDER OUT LID [WORKERS]: the same work with datatrove: label languages, remove near and exact
copies by MinHash (its defaults: 5-grams, 14 buckets of 8), write JSON Lines, zip them.

FOLDER holds a *.jsonl file for each worker, since datatrove gives whole files to its tasks. LID is lid.176.ftz.
"""
import json
import os
import sys
import zipfile


def main(folder, out, model, workers):
    # Nothing is fetched: datatrove copies the model named here into its cache, which goes to the output folder.
    os.environ.update(HF_HOME=os.path.join(out, "cache"), HF_HUB_OFFLINE="1")
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup.minhash import (
        MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature)
    from datatrove.pipeline.filters import LanguageFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    config = MinhashConfig()
    step = lambda name: os.path.join(out, name)
    label = LanguageFilter(label_only=True)
    label.model.MODEL_URL = os.path.abspath(model)

    def run(name, tasks, *pipeline):
        LocalPipelineExecutor(
            list(pipeline), tasks=tasks, workers=min(tasks, workers), logging_dir=step(f"logs/{name}")).run()

    run("signatures", workers, JsonlReader(folder), MinhashDedupSignature(step("signatures"), config))
    run("buckets", config.num_buckets, MinhashDedupBuckets(step("signatures"), step("buckets"), config=config))
    run("clusters", 1, MinhashDedupCluster(step("buckets"), step("remove"), config=config))
    # Labels last, and only for what is kept, spares a second pass over the documents.
    run(
        "write", workers, JsonlReader(folder), MinhashDedupFilter(step("remove")), label,
        JsonlWriter(step("documents"), compression=None))

    kept = 0
    with zipfile.ZipFile(step("bundle.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
        for name in sorted(os.listdir(step("documents"))):
            path = os.path.join(step("documents"), name)
            with open(path, "rb") as file:
                for line in file:
                    kept += 1
                    if kept == 1 and "language" not in json.loads(line).get("metadata", {}):
                        sys.exit("datatrove wrote no language labels")
            bundle.write(path, name)
    print(kept, "kept")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 2)
