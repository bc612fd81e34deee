package org.newci.cli.setup;

/** The registry of projects that a new data folder gets. */
final class StarterRegistry {

  static final String TEXT =
      """
      # Who may have what built, where it is published, and what its builds are given.
      # Every key is explained in docs/operations.md, "The project registry". A change is in force a
      # second after the file is written; check it before with: newci registry check FILE

      # They see and may have built everything that a pattern below allows.
      operators: ["user:operator"]

      projects:
        # Sources on this machine's own loopback, for trying NewCI out. In production take these three
        # out: whoever may submit could have NewCI fetch from services that listen here for nobody else.
        - match: "*://127.0.0.1:*/**"
          loopback: true
          submit: [everybody]
          publish: ["*"]
        - match: "*://localhost:*/**"
          loopback: true
          submit: [everybody]
          publish: ["*"]
        - match: "*://[::1]:*/**"
          loopback: true
          submit: [everybody]
          publish: ["*"]

      # Self-service: any public repository, for everybody with a token. Without this section only
      # what a pattern above matches is built.
      default:
        submit: [everybody]
        read: [everybody]
        publish: ["*"]
      """;

  private StarterRegistry() {}
}
