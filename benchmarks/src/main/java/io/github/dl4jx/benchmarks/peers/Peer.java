package io.github.dl4jx.benchmarks.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that writes a line about itself, a line for each thing that it can do ("case, tab,
 * variant") and "ready", and then does what it is told by such a line and answers "done". It is
 * measured from outside, so that both sides are measured alike.
 */
final class Peer implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;
  private final Writer orders;
  private final String about;
  private final List<String> work = new ArrayList<>();

  /** Wall-clock and CPU time of the whole process, in seconds. */
  record Time(double wall, double cpu) {}

  Peer(List<String> command, int openMpThreads) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
    builder.environment().put("OMP_NUM_THREADS", String.valueOf(openMpThreads));
    process = builder.start();
    answers = process.inputReader();
    orders = process.outputWriter();
    String first = answers.readLine();
    about = first == null ? command.get(0) + ": ended with no answer" : first;
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.equals("ready")) {
        return;
      }
      work.add(line);
    }
    work.clear();
  }

  /** What it is. */
  String about() {
    return about;
  }

  /** What it can do; nothing if it ended at once, as without PyTorch. */
  List<String> work() {
    return work;
  }

  Time run(String order) {
    try {
      double cpu = cpuSeconds();
      long start = System.nanoTime();
      orders.write(order + "\n");
      orders.flush();
      String answer = answers.readLine();
      double wall = (System.nanoTime() - start) / 1e9;
      if (!"done".equals(answer)) {
        throw new IllegalStateException(order + ": the process answered " + answer);
      }
      return new Time(wall, cpuSeconds() - cpu);
    } catch (IOException e) {
      throw new UncheckedIOException(order, e);
    }
  }

  private double cpuSeconds() {
    return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
