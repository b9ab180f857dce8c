/**
 * Which requests does the public HTTP listener accept? Creates the server, limits its plain requests and routes them.
 * Owns the request rates of addresses. An invalid request is refused and logged.
 */
@NullMarked
package dev.portcullis.edge.listener;

import org.jspecify.annotations.NullMarked;
