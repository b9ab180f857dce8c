package dev.portcullis.auth.account;

import dev.portcullis.auth.mail.MailConfig;
import dev.portcullis.auth.password.PasswordConfig;
import dev.portcullis.auth.refresh.RefreshConfig;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.Role;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code accounts}. */
public record AccountsConfig(
        boolean enabled,
        Registration registration,
        Optional<Secret> secret,
        String issuer,
        long accessTokenMs,
        RefreshConfig refresh,
        int maxLogins,
        PasswordConfig passwords,
        Optional<MailConfig> mail) {
    /** Begins the id of each user who has an account here, and of no other user. */
    public static final String USER_PREFIX = IssuerConfig.ACCOUNT_PREFIX;

    private static final int MIN_SECRET_BYTES = 32;
    private static final Pattern ISSUER = Pattern.compile("[\\x21-\\x7E]{1,256}");

    /** Who may create an account. */
    public enum Registration implements LowerCaseId {
        OPEN,
        /** Anyone, who may only read until they have verified their e-mail address. */
        VERIFIED,
        /** Only a user with an operator's invitation. */
        INVITED,
        /** No one: the accounts that exist stay. */
        CLOSED
    }

    public static AccountsConfig read(Section accounts) {
        AccountsConfig config = new AccountsConfig(
                accounts.basic().flag("enabled", false, "whether users register and log in at this server"),
                accounts.basic()
                        .choice(
                                "registration",
                                Registration.OPEN,
                                "who may create an account: open, anyone; verified, anyone, who may only read until they have"
                                        + " opened the link in a mail (accounts.mail); invited, who brings an invitation from POST"
                                        + " /admin/invitations; closed, no one"),
                accounts.basic()
                        .secret(
                                "secret",
                                "at least 32 bytes, from which the keys of tokens and passwords are made; without it the secret"
                                        + " of the first of auth.issuers. With another one no password fits any more"),
                accounts.text("issuer", "portcullis", ISSUER, "the claim iss of the access tokens of accounts"),
                accounts.millis(
                        "accessTokenMs", 900_000, 10_000, 86_400_000, "lifetime of an access token of an account"),
                RefreshConfig.read(accounts),
                accounts.integer(
                        "maxLogins", 20, 1, 100, "logins of one user that can be refreshed; one more ends the oldest"),
                PasswordConfig.read(accounts.section("passwords")),
                MailConfig.read(accounts.section("mail")));
        config.checkSecret(accounts);
        config.checkMail(accounts);
        return config;
    }

    /** Whether operators can invite users to create an account. */
    public boolean invites() {
        return enabled && registration == Registration.INVITED;
    }

    /** Whether users verify their e-mail address and set a new password by links in mails. */
    public boolean mails() {
        return enabled && mail.isPresent();
    }

    /** The role of the tokens of an account. */
    Role roleOf(Account account) {
        return registration == Registration.VERIFIED && !account.verified() ? Role.UNVERIFIED : Role.MEMBER;
    }

    /** How long a refresh token is good; 0 where there are none. */
    public long refreshTokenMs() {
        return enabled ? refresh.tokenMs() : 0;
    }

    /** The secret in force; empty where neither this section nor an issuer has one. */
    public Optional<Secret> secretOr(List<IssuerConfig> issuers) {
        return secret.or(() -> issuers.stream()
                .flatMap(issuer -> issuer.secret().stream())
                .filter(each -> !each.reveal().isEmpty())
                .findFirst());
    }

    private void checkMail(Section section) {
        if (enabled && registration == Registration.VERIFIED && mail.isEmpty()) {
            section.problem(
                    "registration",
                    "is verified, and no mail is sent",
                    "set accounts.mail.smtp.host or accounts.mail.hook.url");
        }
    }

    private void checkSecret(Section section) {
        secret.map(each -> each.bytes().length)
                .filter(length -> length < MIN_SECRET_BYTES)
                .ifPresent(length -> section.problem(
                        "secret",
                        "is " + length + " bytes long",
                        "at least 32 bytes are needed, from {\"$env\": …} or {\"$file\": …}"));
    }
}
