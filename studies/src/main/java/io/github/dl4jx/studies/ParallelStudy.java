package io.github.dl4jx.studies;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.mnist.Mnist;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.parallel.OneBitDataParallel;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * What two workers send each other, and what they learn: exact gradients, one bit a value with and
 * without error feedback, and a first epoch with exact gradients.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each; the default is 3. {@code -Dstudy.quick} makes one
 * of 2 epochs on 5,000 examples.
 */
final class ParallelStudy implements Studies.Study {

  private static final int WORKERS = 2;

  /** Of a worker: both together have the batch of the other studies. */
  private static final int BATCH = MnistNetwork.BATCH / WORKERS;

  private static final double SGD_RATE = 0.1;
  private static final double ADAM_RATE = 1e-3;

  private static final List<String> EXCHANGES =
      List.of("exact", "one bit", "one bit, first epoch exact", "one bit, no error feedback");

  /** A line is the end of an epoch; bytes are the mean of a worker and iteration in it. */
  private static final List<String> HEADER =
      List.of("data", "exchange", "seed", "epoch", "accuracy", "nll", "bytes", "train_seconds");

  @Override
  public void run(Path folder) throws IOException {
    boolean quick = Boolean.getBoolean("study.quick");
    int epochs = quick ? 2 : 5;
    int runs = Studies.runs(quick ? 1 : 3);
    String data = Mnist.install().label();
    DataSet train = MnistNetwork.load(quick ? 5_000 : 60_000, true);
    DataSet test = MnistNetwork.load(10_000, false);
    String settings =
        String.format(
            "784-256-10 network (ReLU, softmax), Sgd %s and Adam %s, %d workers with batches of %d,"
                + " %,d training examples, %d epochs, %d run%s of each.",
            SGD_RATE,
            ADAM_RATE,
            WORKERS,
            BATCH,
            train.numExamples(),
            epochs,
            runs,
            runs == 1 ? "" : "s");
    List<String> names =
        Stream.of("Sgd: ", "Adam: ").flatMap(u -> EXCHANGES.stream().map(u::concat)).toList();
    CurveLog<List<String>> log =
        CurveLog.open(
            folder,
            data + "; " + settings,
            new CurveLog.Form<>(HEADER, line -> line, line -> line));
    new CurveRunner<>(log, "Training", " epochs", epochs)
        .run(names, runs, (name, seed, done) -> lines(data, name, seed, train, test, epochs, done));
    List<List<String>> lines = log.complete(names, runs);
    lines.removeIf(line -> !line.get(HEADER.indexOf("epoch")).equals(String.valueOf(epochs)));
    Table table = new Table(List.of("", "accuracy %", "NLL", "bytes", "fewer", "seconds an epoch"));
    for (String name : names) {
      String exact = name.substring(0, name.indexOf(' ') + 1) + EXCHANGES.get(0);
      double bytes = mean(lines, name, "bytes").mean();
      table.add(
          List.of(
              name,
              mean(lines, name, "accuracy").linear(0, 100).text("%.2f"),
              mean(lines, name, "nll").text("%.4f"),
              String.format("%,.0f", bytes),
              String.format("%.1f", mean(lines, exact, "bytes").mean() / bytes),
              mean(lines, name, "train_seconds").text("%.1f")));
    }
    String note =
        " Bytes are what a worker sends in an iteration of the last epoch, and how many times fewer"
            + " than with exact gradients.";
    System.out.println(settings + note + "\n\n" + table.text());
    Page page = new Page("One-bit gradients between workers on " + data, 78);
    page.text(settings + note).add(table.html()).write(folder.resolve("report.html"));
    System.out.println("Results: " + folder.resolve("results.csv"));
  }

  private static Summary mean(List<List<String>> lines, String exchange, String measure) {
    return Summary.of(
        lines.stream()
            .filter(line -> line.get(HEADER.indexOf("exchange")).equals(exchange))
            .mapToDouble(line -> Double.parseDouble(line.get(HEADER.indexOf(measure))))
            .toArray());
  }

  private static List<List<String>> lines(
      String data, String name, long seed, DataSet train, DataSet test, int epochs, Runnable done) {
    MultiLayerNetwork net =
        MnistNetwork.network(
            seed, name.startsWith("Sgd") ? new Sgd(SGD_RATE) : new Adam(ADAM_RATE), null);
    ResumableIterator batches = new ResumableIterator(train, BATCH, seed).reusingBatches();
    OneBitDataParallel.Builder builder =
        OneBitDataParallel.of(net).workers(WORKERS).errorFeedback(!name.contains("no error"));
    if (name.endsWith(": exact")) {
      builder.exact();
    } else if (name.contains("first epoch")) {
      builder.exactIterations((train.numExamples() - 1) / (BATCH * WORKERS) + 1);
    }
    OneBitDataParallel parallel = builder.build();
    List<List<String>> lines = new ArrayList<>();
    try {
      for (int epoch = 1; epoch <= epochs; epoch++) {
        long bytes = parallel.traffic().bytes();
        long messages = parallel.traffic().messages();
        long start = System.nanoTime();
        parallel.fit(batches, 1);
        double seconds = (System.nanoTime() - start) / 1e9;
        double sent = parallel.traffic().bytes() - bytes;
        ClassificationScores scores = MnistNetwork.scores(net, test);
        lines.add(
            List.of(
                data,
                name,
                Long.toString(seed),
                Integer.toString(epoch),
                String.format(Locale.ROOT, "%.6f", scores.accuracy()),
                String.format(Locale.ROOT, "%.6f", scores.nll()),
                String.format(
                    Locale.ROOT, "%.1f", sent / (parallel.traffic().messages() - messages)),
                String.format(Locale.ROOT, "%.2f", seconds)));
        done.run();
      }
    } finally {
      Network.of(net).release();
    }
    return lines;
  }
}
