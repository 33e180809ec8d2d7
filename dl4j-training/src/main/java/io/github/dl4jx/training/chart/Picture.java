package io.github.dl4jx.training.chart;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A picture of which there is an SVG and a PNG, of one layout: a {@link Chart} or a {@link
 * ChartGrid}; immutable and thread-safe.
 *
 * <p>The SVG needs no other file. Its colours follow {@code prefers-color-scheme}, embedded by
 * {@code <img>} or pasted into a page; for people who do not see it, it has a title and a
 * description. The PNG is for light pages, twice as large in pixels.
 */
public abstract class Picture {

  private final String title;

  Picture(String title) {
    this.title = title;
  }

  /** {@return the title} */
  public final String title() {
    return title;
  }

  /** {@return the width of the SVG in pixels} */
  public abstract int width();

  /** {@return the height of the SVG in pixels} */
  public abstract int height();

  abstract String description();

  /** Draws it without its background. */
  abstract void draw(Canvas canvas, double left, double top);

  private void paint(Canvas canvas) {
    canvas.rectangle(Ink.BACKGROUND, 1, new Canvas.Box(0, 0, width(), height()));
    draw(canvas, 0, 0);
  }

  /**
   * {@return the picture as SVG, an element that may stand in HTML, too: the same for the same
   * numbers}
   */
  public final String svg() {
    SvgCanvas canvas = new SvgCanvas(width(), height(), title, description());
    paint(canvas);
    return canvas.end();
  }

  /**
   * Writes the picture as SVG, whole or not at all.
   *
   * @param file where to; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the file is null
   */
  public final void writeSvg(Path file) throws IOException {
    byte[] bytes = svg().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(Arguments.notNull("file", file), out -> out.write(bytes));
  }

  /**
   * Writes the picture as PNG, whole or not at all, with the fonts that Java finds. It needs no
   * screen; where Java looks for one in vain, {@code -Djava.awt.headless=true} tells it so.
   *
   * @param file where to; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the file is null
   */
  public final void writePng(Path file) throws IOException {
    Arguments.notNull("file", file);
    PngCanvas canvas = new PngCanvas(width(), height());
    paint(canvas);
    AtomicFiles.write(file, canvas::write);
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "(" + title + ", " + width() + " x " + height() + ")";
  }
}
