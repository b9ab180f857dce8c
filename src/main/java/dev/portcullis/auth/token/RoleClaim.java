package dev.portcullis.auth.token;

import dev.portcullis.auth.token.FlatJson.Text;
import dev.portcullis.auth.token.FlatJson.Texts;
import dev.portcullis.auth.token.FlatJson.Value;
import dev.portcullis.protocol.Role;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The role that a token claims, in its issuer's words.
 *
 * @param claim name or path
 * @param roles the issuer's names of roles; empty where they are ours
 */
record RoleClaim(String claim, Map<String, Role> roles) {
    /** A list is expected only of an issuer whose claims are mapped: ours has one role. */
    boolean isTyped(Value value) {
        boolean mapped = !roles.isEmpty() || !claim.equals(ClaimNames.STANDARD.role());
        return value instanceof Text || (mapped && value instanceof Texts);
    }

    /**
     * The highest of the roles. Names that mean nothing here grant nothing: an issuer has roles for other services too. Empty
     * for a single name that is none of ours, where the issuer uses ours: that is a mistake.
     */
    Optional<Role> of(FlatJson claims) {
        Value value = claims.at(claim).orElse(new Texts(List.of()));
        if (value instanceof Text name) {
            return role(name.text()).or(() -> roles.isEmpty() ? Optional.empty() : Optional.of(Role.MEMBER));
        }
        List<String> names = value instanceof Texts list ? list.texts() : List.of();
        return Optional.of(names.stream()
                .flatMap(name -> role(name).stream())
                .max(Comparator.naturalOrder())
                .orElse(Role.MEMBER));
    }

    private Optional<Role> role(String name) {
        return roles.isEmpty() ? Role.of(name) : Optional.ofNullable(roles.get(name));
    }
}
