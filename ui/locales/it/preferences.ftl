# Of what one is told, by which way, and when it must be quiet.

preferences-title = Avvisi
