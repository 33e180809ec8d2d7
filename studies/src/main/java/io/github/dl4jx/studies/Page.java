package io.github.dl4jx.studies;

import io.github.dl4jx.training.network.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/** A study's page, which needs no other file: its pictures are inside. */
final class Page {

  private final StringBuilder html = new StringBuilder();

  /**
   * Begins a page with its title.
   *
   * @param title plain text
   * @param width of the text at most, in em
   */
  Page(String title, int width) {
    html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(escaped(title))
        .append("</title><style>body{font-family:sans-serif;max-width:")
        .append(width)
        .append(
            "em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}td,th{padding:.3em"
                + " .8em;text-align:right;border-bottom:1px solid #ccc}td:first-child,"
                + "th:first-child{text-align:left}img{max-width:100%}</style></head><body>\n<h1>")
        .append(escaped(title))
        .append("</h1>\n");
  }

  /** Adds what is HTML already. */
  Page add(String fragment) {
    html.append(fragment);
    return this;
  }

  Page heading(String text) {
    return add("<h2>" + escaped(text) + "</h2>\n");
  }

  Page text(String paragraph) {
    return add("<p>" + escaped(paragraph) + "</p>\n");
  }

  Page image(String alt, byte[] png) {
    String data = Base64.getEncoder().encodeToString(png);
    return add(
        "<p><img alt=\"" + escaped(alt) + "\" src=\"data:image/png;base64," + data + "\"></p>\n");
  }

  /** Plain text as HTML. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  void write(Path file) throws IOException {
    byte[] bytes = (html + "</body></html>\n").getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
  }
}
