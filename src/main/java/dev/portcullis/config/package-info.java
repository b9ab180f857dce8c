/**
 * What did the operator decide? Reads one JSON file strictly and reports every problem at once; each package keeps its
 * own record. Owns no state. A file with any problem starts nothing.
 */
@NullMarked
package dev.portcullis.config;

import org.jspecify.annotations.NullMarked;
