package io.github.dl4jx.studies.crash;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Java process that can be killed: with this one's classes and one OpenMP thread. */
public final class ChildJvm {

  /** What {@link Process#waitFor} gives for a process that SIGKILL has ended. */
  public static final int KILLED = 128 + 9;

  private ChildJvm() {}

  /**
   * Starts it.
   *
   * @param prefix what the command begins with, if it is not java itself
   * @param options of java
   * @param main the main class
   * @param args its arguments
   * @param log file that the output is appended to
   * @return the process
   * @throws IOException if it does not start
   */
  public static Process start(
      List<String> prefix, List<String> options, Class<?> main, List<String> args, Path log)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC", // one thread less beside the one that trains
            "-XX:TieredStopAtLevel=1", // most of a life is its start
            "-XX:-UsePerfData", // a killed process would leave its file
            "-Djava.awt.headless=true"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(args);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()));
    // the number of threads decides the last bits
    builder.environment().put("OMP_NUM_THREADS", "1");
    return builder.start();
  }
}
