package dev.portcullis.edge.api;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.http.routing.Admission;

/** The user who calls, by a verified token. */
public record ApiUser(TokenClaims claims) implements Admission.Caller {}
