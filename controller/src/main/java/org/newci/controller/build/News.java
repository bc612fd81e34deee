package org.newci.controller.build;

/**
 * What controllers that share a database tell each other, so that nobody has to wait for the next
 * look. Lost news does no harm.
 */
public interface News {

  /** Who hears what other controllers told. */
  interface Heard {

    /** That build has moved, or is new. */
    void moved(BuildId build);

    /** Something may be new in that GitLab project; in any for 0. */
    void hinted(long project);

    /** Something was pushed to the repository with that URL. */
    void pushed(String url);

    /** Some news may not have come. */
    void missed();
  }

  /** Tells the others that this build has moved, or is new. */
  void moved(BuildId build);

  /** Tells the others that something may be new in that GitLab project; in any for 0. */
  void hinted(long project);

  /** Tells the others that something was pushed to the repository with that URL. */
  void pushed(String url);

  /** Begins to listen. */
  void listen(Heard heard);

  /** Of a controller that is alone. */
  static News nobody() {
    return new Nobody();
  }

  /** There is nobody to tell or to hear. */
  final class Nobody implements News {

    private Nobody() {}

    @Override
    public void moved(BuildId build) {}

    @Override
    public void hinted(long project) {}

    @Override
    public void pushed(String url) {}

    @Override
    public void listen(Heard heard) {}
  }
}
