/**
 * What did the operator configure? Reads one JSON file strictly and reports all problems at once; each package has its
 * own record. Owns no state. A file with any problem prevents the start.
 */
@NullMarked
package dev.portcullis.config;

import org.jspecify.annotations.NullMarked;
