package dev.portcullis.client.selfaudit;

/**
 * The rows of standards for which a gateway can show something from outside. A row says which evidence an assessor gets, and never
 * that an organisation fulfils it.
 */
public enum Standard {
    ASVS_1_2("OWASP ASVS 5.0", "V1.2, V1.3", "output encoding and sanitisation of what users write"),
    ASVS_1_5("OWASP ASVS 5.0", "V1.5.3", "parsers that read one document in one way"),
    ASVS_2_2("OWASP ASVS 5.0", "V2.2", "input is validated at a trusted place"),
    ASVS_2_4("OWASP ASVS 5.0", "V2.4.1", "protection against automated misuse"),
    ASVS_3_4_1("OWASP ASVS 5.0", "V3.4.1", "Strict-Transport-Security of a year"),
    ASVS_3_4_2("OWASP ASVS 5.0", "V3.4.2", "CORS only for listed origins"),
    ASVS_3_4_3("OWASP ASVS 5.0", "V3.4.3", "Content-Security-Policy on every answer"),
    ASVS_3_4_4("OWASP ASVS 5.0", "V3.4.4", "X-Content-Type-Options: nosniff"),
    ASVS_3_4_5("OWASP ASVS 5.0", "V3.4.5", "Referrer-Policy"),
    ASVS_3_4_6("OWASP ASVS 5.0", "V3.4.6", "frame-ancestors"),
    ASVS_3_5("OWASP ASVS 5.0", "V3.5.1, V3.5.2", "requests of other sites are refused"),
    ASVS_4_1("OWASP ASVS 5.0", "V4.1.4", "only methods that are supported"),
    ASVS_4_2("OWASP ASVS 5.0", "V4.2.1", "one boundary of a message, no request smuggling"),
    ASVS_4_4_1("OWASP ASVS 5.0", "V4.4.1", "WebSocket over TLS"),
    ASVS_4_4_2("OWASP ASVS 5.0", "V4.4.2", "the Origin of a handshake is checked against a list"),
    ASVS_4_4_3("OWASP ASVS 5.0", "V4.4.3", "dedicated tokens for WebSocket sessions"),
    ASVS_7_1("OWASP ASVS 5.0", "V7.1.2", "a bound for the sessions of one account"),
    ASVS_7_4("OWASP ASVS 5.0", "V7.4.1, V7.4.5", "ended sessions are over, and administrators can end them"),
    ASVS_8_2("OWASP ASVS 5.0", "V8.2.1, V8.2.2", "functions and data only for who may use them"),
    ASVS_9_1_1("OWASP ASVS 5.0", "V9.1.1", "tokens are validated by their signature"),
    ASVS_9_1_2("OWASP ASVS 5.0", "V9.1.2", "algorithms of tokens are on a list, without none"),
    ASVS_9_1_3("OWASP ASVS 5.0", "V9.1.3", "keys come from configured sources"),
    ASVS_9_2_1("OWASP ASVS 5.0", "V9.2.1", "the validity time of tokens is checked"),
    ASVS_9_2_3("OWASP ASVS 5.0", "V9.2.3", "tokens are for this service"),
    ASVS_12_1_1("OWASP ASVS 5.0", "V12.1.1", "only current versions of TLS"),
    ASVS_12_1_2("OWASP ASVS 5.0", "V12.1.2", "only recommended cipher suites"),
    ASVS_12_2("OWASP ASVS 5.0", "V12.2.1, V12.2.2", "TLS with a trusted certificate and no way around it"),
    ASVS_13_4("OWASP ASVS 5.0", "V13.4", "no monitoring, source or version is shown"),
    ASVS_14_2("OWASP ASVS 5.0", "V14.2.1", "nothing secret in URLs"),
    ASVS_16_5("OWASP ASVS 5.0", "V16.5.1", "errors tell nothing of the inside"),
    SHEET_TRANSPORT("OWASP WebSocket cheat sheet", "Transport security", "WSS, and RFC 6455 only"),
    SHEET_ORIGIN("OWASP WebSocket cheat sheet", "Origin validation", "an explicit list of origins"),
    SHEET_SESSION("OWASP WebSocket cheat sheet", "Session management", "connections end with their sessions"),
    SHEET_AUTHORIZATION("OWASP WebSocket cheat sheet", "Message-level authorization", "each action is authorized"),
    SHEET_INPUT("OWASP WebSocket cheat sheet", "Input validation", "messages are judged before they are used"),
    SHEET_DENIAL("OWASP WebSocket cheat sheet", "Denial of service", "bounds for sizes, rates and idle connections"),
    PCI_2_2("PCI DSS 4.0.1", "2.2", "components are configured securely"),
    PCI_4_2("PCI DSS 4.0.1", "4.2.1", "strong cryptography in transit"),
    PCI_6_2("PCI DSS 4.0.1", "6.2.4", "common attacks on software are prevented"),
    PCI_7_2("PCI DSS 4.0.1", "7.2", "access by need"),
    GDPR_25("GDPR", "Art. 25", "protection by default: access is limited"),
    GDPR_32_A("GDPR", "Art. 32(1)(a)", "encryption"),
    GDPR_32_B("GDPR", "Art. 32(1)(b)", "confidentiality, integrity and resilience of systems"),
    HIPAA_ACCESS("HIPAA Security Rule", "164.312(a)(1)", "access control"),
    HIPAA_INTEGRITY("HIPAA Security Rule", "164.312(c)(1)", "integrity"),
    HIPAA_AUTHENTICATION("HIPAA Security Rule", "164.312(d)", "authentication"),
    HIPAA_TRANSMISSION("HIPAA Security Rule", "164.312(e)(1)", "transmission security"),
    CSF_PR_AA("NIST CSF 2.0", "PR.AA-03, PR.AA-05", "users are authenticated and permissions enforced"),
    CSF_PR_DS("NIST CSF 2.0", "PR.DS-02", "data in transit are protected"),
    CSF_PR_PS("NIST CSF 2.0", "PR.PS-01", "configuration is managed"),
    CSF_PR_IR("NIST CSF 2.0", "PR.IR-04", "capacity is kept, overload is bounded");

    private final String document;
    private final String section;
    private final String about;

    Standard(String document, String section, String about) {
        this.document = document;
        this.section = section;
        this.about = about;
    }

    public String document() {
        return document;
    }

    public String section() {
        return section;
    }

    public String about() {
        return about;
    }
}
