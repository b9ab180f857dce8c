/**
 * How does a client put a file into an S3-compatible store, and get it out, without its keys? Signs requests with AWS Signature
 * Version 4: URLs that clients use for a moment, and the server's own requests. Owns the layout of the bucket: {@code pending/}
 * for what clients put there, {@code kept/} for what was checked. While the store does not answer, nothing is checked, and
 * what is pending can't be fetched.
 */
@NullMarked
package dev.portcullis.uploads.s3;

import org.jspecify.annotations.NullMarked;
