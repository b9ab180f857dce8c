package dev.portcullis.auth.account;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * The account as its user sees it.
 *
 * @param verified whether the e-mail address is verified; empty where this server sends no mail
 */
public record AccountProfile(UserId id, String username, String email, Optional<Boolean> verified) {}
