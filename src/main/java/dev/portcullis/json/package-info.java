/**
 * Does a value fit a schema that is no frame's? Judges by JSON Schema 2020-12 with vertx-json-schema, in time that is linear in the
 * value. Owns no state but the schema's working copy. A schema that it can't judge fails when the judge is made.
 */
@NullMarked
package dev.portcullis.json;

import org.jspecify.annotations.NullMarked;
