package dev.portcullis.auth.certificate;

import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenConfig;
import dev.portcullis.config.Section;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.protocol.Role;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The section {@code auth.certificates}: a client certificate as a credential. */
public record CertificatesConfig(
        boolean enabled, Source user, String pattern, String issuer, String userPrefix, Role role, List<String> rooms) {
    private static final Pattern ROOM = Pattern.compile("[*]|[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}[*]?");
    private static final String ANY_NAME = ".+";

    /** Which names of a certificate count. */
    public enum Source {
        CN("cn"),
        DNS("san:dns"),
        EMAIL("san:email"),
        URI("san:uri");

        private static final Pattern IDS = Pattern.compile("cn|san:dns|san:email|san:uri");

        private final String id;

        Source(String id) {
            this.id = id;
        }

        List<String> namesOf(ClientCertificate certificate) {
            return switch (this) {
                case CN -> certificate.commonName().stream().toList();
                case DNS -> certificate.dnsNames();
                case EMAIL -> certificate.emails();
                case URI -> certificate.uris();
            };
        }

        private static Source of(String id) {
            for (Source source : values()) {
                if (source.id.equals(id)) {
                    return source;
                }
            }
            return CN;
        }
    }

    public CertificatesConfig {
        rooms = List.copyOf(rooms);
    }

    /** Certificates are no credentials. */
    public static CertificatesConfig off() {
        return new CertificatesConfig(false, Source.CN, ANY_NAME, "certificate", "cert:", Role.MEMBER, List.of());
    }

    /** @param tokens the issuers, whose users must not be meant by accident */
    public static CertificatesConfig read(Section section, TokenConfig tokens) {
        CertificatesConfig off = off();
        CertificatesConfig config = new CertificatesConfig(
                section.flag(
                        "enabled",
                        off.enabled,
                        "whether a connection that shows a client certificate and no token is the user that the certificate names"),
                Source.of(section.text(
                        "user",
                        off.user.id,
                        Source.IDS,
                        "which names of the certificate may mean the user: cn, san:dns, san:email or san:uri")),
                section.text(
                        "pattern",
                        off.pattern,
                        "regular expression for a whole name; its one group, if it has one, is the user's part; other names"
                                + " don't count"),
                section.text(
                        "issuer",
                        off.issuer,
                        "the issuer of such sessions; write that of an issuer in auth.issuers if both mean the same users"),
                section.text(
                        "userPrefix", off.userPrefix, IssuerConfig.PREFIX, "prefix of each user id from a certificate"),
                section.choice("role", off.role, "the role of these users"),
                section.texts("rooms", off.rooms, ROOM, "rooms that these users may enter, or prefixes ending in *"));
        config.check(section, tokens);
        return config;
    }

    private void check(Section section, TokenConfig tokens) {
        try {
            if (Pattern.compile(pattern).matcher("").groupCount() > 1) {
                section.problem(
                        "pattern", "has more than one group", "one group says which part of a name is the user's");
            }
        } catch (PatternSyntaxException invalid) {
            section.problem("pattern", "is no regular expression", "see java.util.regex.Pattern for what it may hold");
        }
        boolean shared = tokens.issuers().stream()
                .filter(each -> each.issuer().filter(issuer::equals).isEmpty()
                        || !each.userPrefix().equals(userPrefix))
                .anyMatch(each -> overlaps(each.userPrefix()));
        if (enabled && shared) { // as for two issuers (RFC 8725 section 3.8)
            section.problem(
                    "userPrefix",
                    "lets a certificate and a token of another issuer name the same user",
                    "give each a prefix that begins no other's, or name that issuer and its prefix here if both mean the"
                            + " same users");
        }
    }

    /** All that decides what a certificate means, as texts. */
    public List<String> parts() {
        return List.of("certificates", user.id, pattern, issuer, userPrefix, role.name(), String.join(",", rooms));
    }

    /** Whether both prefixes can begin the same user id. */
    public boolean overlaps(String otherPrefix) {
        return userPrefix.startsWith(otherPrefix) || otherPrefix.startsWith(userPrefix);
    }
}
