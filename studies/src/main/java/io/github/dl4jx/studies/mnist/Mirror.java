package io.github.dl4jx.studies.mnist;

import io.github.dl4jx.studies.console.Progress;
import io.github.dl4jx.studies.mnist.SourceException.Reach;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A public copy of the files on the web: the file names and {@code .gz} under one address.
 *
 * <p>A server that cannot be reached is asked once: a machine without a network must not wait. What
 * is tried again is what may pass: an overloaded server, a body that breaks off or stalls.
 */
final class Mirror implements Source {

  private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

  private static final long MEBIBYTE = 1 << 20;
  private static final int OK = 200;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  private final URI address;
  private final Patience patience;
  private @Nullable HttpClient client;

  /**
   * A mirror.
   *
   * @param address ends with a slash
   */
  Mirror(URI address, Patience patience) {
    this.address = address;
    this.patience = patience;
  }

  @Override
  public String name() {
    return address.toString();
  }

  @Override
  public void write(MnistFile file, Path target) throws IOException {
    URI uri = address.resolve(file.name() + ".gz");
    Duration pause = patience.backoff();
    for (int attempt = 1; ; attempt++) {
      try {
        download(uri, file, target);
        return;
      } catch (SourceException e) {
        if (e.reach() != Reach.MOMENT) {
          throw e;
        }
        if (attempt == patience.tries()) {
          String message = e.getMessage() + " (gave up after " + attempt + " tries)";
          throw new SourceException(Reach.SOURCE, message, e);
        }
        LOG.info("{}; trying again in {} ms", e.getMessage(), pause.toMillis());
      }
      sleep(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private void download(URI uri, MnistFile file, Path target) throws IOException {
    LOG.info("Downloading {}", uri);
    HttpResponse<InputStream> response = get(uri);
    try (InputStream body = new BodyStream(response.body(), file.size(), uri, patience.stall());
        Progress progress = Progress.of(file.name(), file.size(), " MiB", MEBIBYTE)) {
      int status = response.statusCode();
      if (status != OK) {
        boolean passing =
            status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= SERVER_ERRORS;
        String message = uri + " answers HTTP " + status;
        throw new SourceException(passing ? Reach.MOMENT : Reach.FILE, message, null);
      }
      file.copy(body, target, uri.toString(), progress);
    }
  }

  private HttpResponse<InputStream> get(URI uri) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(patience.answer()).build();
    try {
      return client().send(request, BodyHandlers.ofInputStream());
    } catch (HttpTimeoutException | ConnectException | SSLException e) {
      String message = uri.getHost() + " cannot be reached: " + rootOf(e);
      throw new SourceException(Reach.SOURCE, message, e);
    } catch (IOException e) {
      throw new SourceException(Reach.MOMENT, uri + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** The client's own exceptions often have no message; what they wrap says why. */
  private static Throwable rootOf(Throwable e) {
    Throwable root = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root;
  }

  private HttpClient client() {
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .connectTimeout(patience.connect())
              .followRedirects(HttpClient.Redirect.NORMAL)
              .build();
    }
    return client;
  }

  private static void sleep(Duration pause) throws InterruptedIOException {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while downloading");
  }
}
