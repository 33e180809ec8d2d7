package io.github.dl4jx.studies.report;

import io.github.dl4jx.studies.log.TextFiles;
import io.github.dl4jx.training.chart.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;

/** A study's page, which needs no other file: its pictures are inside. */
public final class Page {

  private final StringBuilder html = new StringBuilder();

  /**
   * Begins a page with its title.
   *
   * @param title plain text
   * @param width of the text at most, in em
   */
  public Page(String title, int width) {
    html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(escaped(title))
        .append("</title><style>body{font-family:sans-serif;max-width:")
        .append(width)
        .append(
            "em;margin:2em auto;padding:0 1em}:root{color-scheme:light dark}table{border-collapse:collapse}td,th{padding:.3em"
                + " .8em;text-align:right;border-bottom:1px solid #ccc}td:first-child,"
                + "th:first-child{text-align:left}img{max-width:100%}</style></head><body>\n<h1>")
        .append(escaped(title))
        .append("</h1>\n");
  }

  /** Adds what is HTML already. */
  public Page add(String fragment) {
    html.append(fragment);
    return this;
  }

  /** Adds a heading of plain text. */
  public Page heading(String text) {
    return add("<h2>" + escaped(text) + "</h2>\n");
  }

  /** Adds a paragraph of plain text. */
  public Page text(String paragraph) {
    return add("<p>" + escaped(paragraph) + "</p>\n");
  }

  /** Adds a picture; the text stands for it where it cannot be shown. */
  public Page image(String alt, byte[] png) {
    String data = Base64.getEncoder().encodeToString(png);
    return add(
        "<p><img alt=\"" + escaped(alt) + "\" src=\"data:image/png;base64," + data + "\"></p>\n");
  }

  /** Adds charts, which follow the page's colours. */
  public Page charts(Picture picture) {
    return add("<p>" + picture.svg() + "</p>\n");
  }

  /** Plain text as HTML. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Writes the page, whole or not at all. */
  public void write(Path file) throws IOException {
    TextFiles.write(file, html + "</body></html>\n");
  }
}
