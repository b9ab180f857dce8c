local function told(word)
    return 'told ' .. word
end
