package io.github.dl4jx.studies.montecarlo;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import javax.imageio.ImageIO;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Some images of several kinds, a row each with its name. */
final class Gallery {

  private static final int SIDE = 28;
  private static final int ZOOM = 2;
  private static final int CELL = ZOOM * SIDE + 8;
  private static final int MARGIN = 150;
  private static final int TEXT_SIZE = 13;

  private Gallery() {}

  /**
   * Draws the gallery, black on white.
   *
   * @param kinds images by name, [image, 784], 0 for paper and 1 for ink
   * @param shown how many of each
   */
  static byte[] png(Map<String, INDArray> kinds, int shown) throws IOException {
    BufferedImage picture =
        new BufferedImage(MARGIN + shown * CELL, kinds.size() * CELL, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, TEXT_SIZE));
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    int top = 0;
    for (Map.Entry<String, INDArray> kind : kinds.entrySet()) {
      graphics.drawString(kind.getKey(), TEXT_SIZE, top + (CELL + TEXT_SIZE) / 2);
      for (int i = 0; i < shown; i++) {
        draw(picture, kind.getValue().getRow(i).toFloatVector(), MARGIN + i * CELL, top);
      }
      top += CELL;
    }
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", out);
    return out.toByteArray();
  }

  private static void draw(BufferedImage picture, float[] image, int left, int top) {
    for (int y = 0; y < ZOOM * SIDE; y++) {
      for (int x = 0; x < ZOOM * SIDE; x++) {
        float ink = image[y / ZOOM * SIDE + x / ZOOM];
        float paper = Math.max(0, Math.min(1, 1 - ink));
        picture.setRGB(left + x, top + y, new Color(paper, paper, paper).getRGB());
      }
    }
  }
}
