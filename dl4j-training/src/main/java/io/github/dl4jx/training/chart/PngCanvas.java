package io.github.dl4jx.training.chart;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Composite;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.ImageIO;

/** Paints an image in the colours of light pages, of two pixels for each of the chart's. */
final class PngCanvas implements Canvas {

  private static final int SCALE = 2;

  private final BufferedImage image;
  private final Graphics2D graphics;

  PngCanvas(int width, int height) {
    image = new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.scale(SCALE, SCALE);
  }

  void write(OutputStream out) throws IOException {
    graphics.dispose();
    ImageIO.write(image, "png", out);
  }

  @Override
  public void rectangle(Ink ink, double opacity, Box box) {
    fill(ink, opacity, new Rectangle2D.Double(box.left, box.top, box.width, box.height));
  }

  @Override
  public void line(Ink ink, Pen pen, double[] x, double[] y) {
    graphics.setColor(new Color(ink.light()));
    float width = (float) pen.width;
    float[] dash = pen.dash > 0 ? new float[] {(float) pen.dash} : null;
    graphics.setStroke(
        new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0));
    graphics.draw(path(x, y));
  }

  @Override
  public void polygon(Ink ink, double opacity, double[] x, double[] y) {
    Path2D path = path(x, y);
    path.closePath();
    fill(ink, opacity, path);
  }

  @Override
  public void circle(Ink ink, double radius, double x, double y) {
    fill(ink, 1, new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  @Override
  public void text(Ink ink, Lettering lettering, double x, double y, String text) {
    graphics.setColor(new Color(ink.light()));
    int style = lettering.bold ? Font.BOLD : Font.PLAIN;
    graphics.setFont(new Font(Font.SANS_SERIF, style, 1).deriveFont((float) lettering.size));
    double width = graphics.getFontMetrics().getStringBounds(text, graphics).getWidth();
    AffineTransform before = graphics.getTransform();
    graphics.translate(x, y);
    graphics.rotate(Math.toRadians(lettering.turn));
    graphics.drawString(text, (float) (-width * lettering.anchor.before), 0);
    graphics.setTransform(before);
  }

  @Override
  public void clip(Box box) {
    graphics.setClip(new Rectangle2D.Double(box.left, box.top, box.width, box.height));
  }

  @Override
  public void unclip() {
    graphics.setClip(null);
  }

  private void fill(Ink ink, double opacity, java.awt.Shape shape) {
    Composite before = graphics.getComposite();
    graphics.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) opacity));
    graphics.setColor(new Color(ink.light()));
    graphics.fill(shape);
    graphics.setComposite(before);
  }

  private static Path2D path(double[] x, double[] y) {
    Path2D path = new Path2D.Double();
    path.moveTo(x[0], y[0]);
    for (int i = 1; i < x.length; i++) {
      path.lineTo(x[i], y[i]);
    }
    return path;
  }
}
