/** Reports: tables for the console and for Markdown, pages and charts that need no other file. */
@NullMarked
package io.github.dl4jx.studies.report;

import org.jspecify.annotations.NullMarked;
