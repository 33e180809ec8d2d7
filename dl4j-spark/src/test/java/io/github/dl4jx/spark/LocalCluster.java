package io.github.dl4jx.spark;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A Spark cluster on 127.0.0.1: a master and workers of one core and 1 GB, each a JVM of its own
 * with the class path of the tests.
 */
final class LocalCluster implements AutoCloseable {

  private static final String ADDRESS = "127.0.0.1";
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int PATIENCE_SECONDS = 60;

  private final Path folder;
  private final int port;
  private final List<Process> processes = new ArrayList<>();

  private LocalCluster(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Why there can be no cluster here, or null. */
  static String obstacle() {
    if (File.pathSeparatorChar == ';') {
      return "Spark's workers need a shell";
    }
    if (Runtime.version().feature() >= 24
        && org.apache.spark.package$.MODULE$.SPARK_VERSION().startsWith("3.")) {
      return "Spark 3 needs the security manager, which Java 24 does not have";
    }
    try {
      freePort();
      return null;
    } catch (IOException e) {
      return "no port can be opened on " + ADDRESS + ": " + e;
    }
  }

  /**
   * Starts a cluster and waits until all workers are registered.
   *
   * @param folder for the logs, and for Spark's files
   */
  static LocalCluster start(Path folder, int workers) throws IOException, InterruptedException {
    return start(folder, workers, worker -> ADDRESS);
  }

  /**
   * Starts a cluster and waits until all workers are registered.
   *
   * @param folder for the logs, and for Spark's files
   * @param addresses of the workers, from 0 on
   */
  static LocalCluster start(Path folder, int workers, IntFunction<String> addresses)
      throws IOException, InterruptedException {
    // what Spark takes for an installation: it wants a folder of jars, and a file RELEASE to look
    // there
    Files.createDirectories(folder.resolve("jars"));
    Files.createFile(folder.resolve("RELEASE"));
    try (InputStream log = LocalCluster.class.getResourceAsStream("/daemon-log4j2.properties")) {
      Files.copy(Objects.requireNonNull(log), folder.resolve("log4j2.properties"));
    }
    LocalCluster cluster = new LocalCluster(folder, freePort());
    try {
      Process master =
          cluster.launch(
              "master",
              ADDRESS,
              "org.apache.spark.deploy.master.Master",
              "--host",
              ADDRESS,
              "--port",
              String.valueOf(cluster.port),
              "--webui-port",
              "0");
      // with maxRetries 0 the process ends if another one has the port
      cluster.await(master, "master", "Starting Spark master at " + cluster.master());
      for (int w = 0; w < workers; w++) {
        cluster.addWorker(addresses.apply(w));
      }
      return cluster;
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
      return socket.getLocalPort();
    }
  }

  private void addWorker(String address) throws IOException, InterruptedException {
    String name = "worker-" + processes.size();
    Process worker =
        launch(
            name,
            address,
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            address,
            "--port",
            "0",
            "--webui-port",
            "0",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            folder.resolve(name).toString(),
            master());
    await(worker, name, "Successfully registered with master " + master());
  }

  private Process launch(String name, String address, String main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(SparkStart.flags().split(" ")));
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dspark.port.maxRetries=0",
            "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"),
            "-cp",
            System.getProperty("java.class.path"),
            main));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log(name).toFile()));
    builder.environment().put("SPARK_HOME", folder.toString());
    builder.environment().put("SPARK_SCALA_VERSION", scalaVersion());
    builder.environment().put("SPARK_LOCAL_IP", address);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  /** 2.12 of 2.12.18. */
  private static String scalaVersion() {
    String version = scala.util.Properties.versionNumberString();
    return version.substring(0, version.lastIndexOf('.'));
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  private void await(Process process, String name, String line)
      throws IOException, InterruptedException {
    for (int tenths = 0; tenths < 10 * PATIENCE_SECONDS; tenths++) {
      if (Files.readString(log(name)).contains(line)) {
        return;
      }
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    throw new IOException(
        "the " + name + " did not say '" + line + "': " + Files.readString(log(name)));
  }

  String master() {
    return "spark://" + ADDRESS + ":" + port;
  }

  /** Spark in this JVM, by Kryo. */
  static JavaSparkContext inThisJvm(String master, String name) {
    return SparkStart.start(
        new SparkConf()
            .setMaster(master)
            .setAppName(name)
            .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .set("spark.driver.host", ADDRESS)
            .set("spark.driver.bindAddress", ADDRESS)
            .set("spark.ui.enabled", "false"));
  }

  /** Settings of a driver: all workers, an executor each. */
  SparkConf conf(String name) {
    return new SparkConf()
        .setMaster(master())
        .setAppName(name)
        .set("spark.driver.host", ADDRESS)
        .set("spark.driver.bindAddress", ADDRESS)
        .set("spark.ui.enabled", "false")
        .set("spark.local.dir", folder.toString())
        .set("spark.executor.cores", "1")
        .set("spark.executor.memory", "1g")
        .set("spark.executor.extraClassPath", System.getProperty("java.class.path"));
  }

  /** The executors' processes. */
  List<ProcessHandle> executors() {
    return processes.stream()
        .flatMap(process -> process.descendants())
        .filter(ProcessHandle::isAlive)
        .collect(Collectors.toList());
  }

  /** What the executors have written, for messages. */
  String executorLogs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.endsWith("stderr")).toList()) {
        all.append(file).append('\n').append(Files.readString(file));
      }
    }
    return all.toString();
  }

  @Override
  public void close() {
    executors().forEach(ProcessHandle::destroyForcibly);
    processes.forEach(Process::destroyForcibly);
    for (Process process : processes) {
      process.onExit().join();
    }
  }
}
