/**
 * Pictures: charts of a few kinds as SVG and PNG, without a library.
 *
 * <p>The package promises pictures that need no other file, look right on light and dark pages, and
 * are told apart with every kind of colour vision; the same SVG, to the byte, for the same numbers;
 * and files that are written whole or not at all. Charts are immutable and thread-safe.
 *
 * <p>It needs Java's module {@code java.desktop}: for PNG its fonts and images, for SVG nothing.
 */
@NullMarked
package io.github.dl4jx.training.chart;

import org.jspecify.annotations.NullMarked;
