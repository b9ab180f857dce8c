package dev.portcullis.http.contract;

/** The OpenAPI file promises something that the router does not implement, so the router would do something else. */
public final class UnsupportedContractException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedContractException(String where, String why) {
        super("the router can't use " + where + ": " + why);
    }
}
