/**
 * Which HTTP calls are there? Reads the OpenAPI file of the server: operations with their paths, parameters and bodies.
 * Owns no state. A construct that the router does not implement stops the start.
 */
@NullMarked
package dev.portcullis.http.contract;

import org.jspecify.annotations.NullMarked;
