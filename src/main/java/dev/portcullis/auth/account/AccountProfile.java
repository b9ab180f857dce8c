package dev.portcullis.auth.account;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * What a user sees of the own account.
 *
 * @param verified whether the e-mail address is; empty where this server sends no mail
 */
public record AccountProfile(UserId id, String username, String email, Optional<Boolean> verified) {}
