package dev.portcullis.auth.token;

import dev.portcullis.config.Section;
import java.util.List;
import java.util.regex.Pattern;

/** The names of the claims that we need in an issuer's tokens: names, or paths such as {@code realm_access.roles}. */
public record ClaimNames(String sub, String role, String rooms, String username) {
    /** The names of claims that the protocol page defines. */
    public static final ClaimNames STANDARD = new ClaimNames("sub", "role", "rooms", "username");

    private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,128}");

    /** @param username its default: an issuer that is found by discovery speaks OpenID */
    static ClaimNames read(Section claims, String username) {
        return new ClaimNames(
                name(claims, "sub", STANDARD.sub, "the claim with the user id"),
                name(
                        claims.basic(),
                        "role",
                        STANDARD.role,
                        "the claim with the role, or with a list of roles; a path such as realm_access.roles leads into"
                                + " an object"),
                name(claims, "rooms", STANDARD.rooms, "the claim with the rooms that the token grants"),
                name(
                        claims.basic(),
                        "username",
                        username,
                        "the claim with the name to show; preferred_username where the issuer has discovery"));
    }

    List<String> parts() {
        return List.of(sub, role, rooms, username);
    }

    private static String name(Section claims, String name, String fallback, String about) {
        return claims.text(name, fallback, NAME, about);
    }
}
