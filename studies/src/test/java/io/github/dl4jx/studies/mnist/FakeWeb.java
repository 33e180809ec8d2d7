package io.github.dl4jx.studies.mnist;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on this machine that answers as a test wants. */
final class FakeWeb implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** What to do with a request. */
  interface Answer {
    void to(HttpExchange exchange, int requestsBefore) throws IOException, InterruptedException;
  }

  FakeWeb(Answer answer) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          int before;
          synchronized (requests) {
            before = requests.size();
            requests.add(exchange.getRequestURI().getPath());
          }
          try (exchange) {
            answer.to(exchange, before);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  /** All four tiny files. */
  static Answer tinyMnist() {
    return (exchange, before) -> {
      String path = exchange.getRequestURI().getPath();
      for (MnistFile file : TinyMnist.FILES) {
        if (path.endsWith("/" + file.name() + ".gz")) {
          send(exchange, 200, TinyMnist.gzip(TinyMnist.bytes(file.part())));
          return;
        }
      }
      send(exchange, 404, new byte[0]);
    };
  }

  static Answer status(int status) {
    return (exchange, before) -> send(exchange, status, new byte[0]);
  }

  static Answer body(byte[] bytes) {
    return (exchange, before) -> send(exchange, 200, bytes);
  }

  static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  URI address() {
    return URI.create(
        "http://"
            + server.getAddress().getAddress().getHostAddress()
            + ":"
            + server.getAddress().getPort()
            + "/mnist/");
  }

  /** The paths asked for so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
