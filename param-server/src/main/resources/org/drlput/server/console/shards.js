// How the shards are.

import {chip, empty, folded, h, note, section, table} from "./dom.js";
import {count, plural, when} from "./text.js";

function state(shard) {
  if (shard.error) {
    return chip("silent", "bad");
  }
  if (shard.failure) {
    return chip("failed", "bad");
  }
  if (shard.warning) {
    return chip("warning", "warn");
  }
  return shard.opened ? chip("open", "good") : chip("idle", "");
}

function row(shard) {
  const there = !shard.error;
  return [
    "shard " + shard.shard, state(shard), h("span", "nowrap", shard.address),
    there ? shard.run || "none" : "",
    there && shard.run ? count(shard.generation) : "",
    there && shard.opened ? `${count(shard.step)} of ${count(shard.totalSteps)}` : "",
    there ? count(shard.captures) : "",
    there ? count(shard.staged) : "",
    there ? count(shard.refusedMicroBatches) : "",
    there ? h("code", "", shard.incarnation) : ""];
}

export function shards(health) {
  const said = health.shards.flatMap((shard) => [
    [shard.error, "bad"], [shard.failure, "bad"], [shard.warning, "warn"]]
    .filter(([text]) => text)
    .map(([text, kind]) => h("p", kind === "bad" ? "alarm" : "alarm mild", text)));
  const refused = health.shards.flatMap((shard) => shard.refused);
  return section("shards", "How the shards are", health.askedMillis === null
    ? empty("They are being asked.")
    : health.shards.length === 0 ? empty("This console knows of no shard.")
      : [note(`${plural(health.shards.length, "shard")} asked every two seconds, last at ${when(health.askedMillis)}.`),
        said,
        table(["Shard", "State", "Address", "Run", "Generation", "Step", "Captures", "Waiting parts", "Refused",
          "Incarnation"], health.shards.map(row), {left: 4, cssClass: "words"}),
        refused.length === 0 ? null : folded("refused", "Micro-batches that were refused, newest last",
          table(["Step", "Micro-batch", "Why"], refused.map((one) => [count(one.step), count(one.microBatch), one.cause]),
            {left: 3, cssClass: "words"}))]);
}
