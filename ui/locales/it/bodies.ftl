bodies-title = Scegli il tuo Comune
